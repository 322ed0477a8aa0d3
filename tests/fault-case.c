/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fault-case.h"

#include "rua-alliance-json.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const FaultStore fault_stores[] = {
  { "json", "alliance.json" },
  { "columns", "alliance.ruac" },
  { "sqlite", "alliance.rua" },
  { "folder", "alliance/" },
};
const guint fault_n_stores = G_N_ELEMENTS (fault_stores);

static guint n_trials;

void
fault_take_arguments (int *argc, char *argv[])
{
  int kept = 1;

  for (int i = 1; i < *argc; i++) {
    if (g_str_has_prefix (argv[i], "--trials=")) {
      n_trials = (guint) strtoul (argv[i] + strlen ("--trials="), NULL, 10);
      g_assert_cmpuint (n_trials, >, 0);
    } else {
      argv[kept++] = argv[i];
    }
  }
  *argc = kept;
  argv[kept] = NULL;
}

guint
fault_trials (guint otherwise)
{
  if (n_trials > 0)
    return n_trials;
  return g_getenv ("RUA_SLOW_MACHINE") ? MAX (1, otherwise / 8) : otherwise;
}

char *
fault_make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_strdup ("/dev/shm/rua-fault-XXXXXX");

  /* In memory, where there is such a folder: what is synced many thousand times need not wait for a disk. */
  if (g_mkdtemp (folder) == NULL) {
    g_free (folder);
    folder = g_dir_make_tmp ("rua-fault-XXXXXX", &error);
    g_assert_no_error (error);
  }
  return folder;
}

void
fault_remove (const char *path)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK)) {
    g_autoptr (GDir) dir = NULL;
    const char *name;

    g_chmod (path, 0700);
    dir = g_dir_open (path, 0, NULL);
    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
      g_autofree char *child = g_build_filename (path, name, NULL);
      fault_remove (child);
    }
    g_rmdir (path);
  } else {
    g_unlink (path);
  }
}

guint
fault_count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
describe (const char *path, const char *name, GString *out)
{
  struct stat st;

  g_assert_cmpint (lstat (path, &st), ==, 0);
  g_string_append_printf (out, "%s %o", name, (guint) st.st_mode);
  if (S_ISREG (st.st_mode)) {
    g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
    g_autofree char *content = NULL;
    gsize length = 0;

    g_file_get_contents (path, &content, &length, NULL);
    g_checksum_update (sum, (const guchar *) content, (gssize) length);
    g_string_append_printf (out, " %" G_GSIZE_FORMAT " %s", length, g_checksum_get_string (sum));
  }
  g_string_append_c (out, '\n');
  if (S_ISDIR (st.st_mode)) {
    g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
    g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
    const char *below;

    while (dir != NULL && (below = g_dir_read_name (dir)) != NULL)
      g_ptr_array_add (names, g_strdup (below));
    g_ptr_array_sort (names, compare_names);
    for (guint i = 0; i < names->len; i++) {
      g_autofree char *child = g_build_filename (path, g_ptr_array_index (names, i), NULL);
      g_autofree char *full = g_build_filename (name, g_ptr_array_index (names, i), NULL);
      describe (child, full, out);
    }
  }
}

char *
fault_describe (const char *folder)
{
  GString *out = g_string_new (NULL);

  describe (folder, ".", out);
  return g_string_free (out, FALSE);
}

RuaAlliance *
fault_alliance (guint version, guint n_rows)
{
  g_autoptr (GString) text = g_string_new ("{\"format\":\"rural-alliance\",\"version\":1,\"households\":[");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  RuaAlliance *alliance;

  for (guint i = 0; i < n_rows; i++)
    g_string_append_printf (text, "%s{\"id\":\"h%05u\",\"name\":\"Household %u, 第 %u 版\",\"n_persons\":%u}", i > 0 ? "," : "", i, i, version,
                            version);
  g_string_append (text, "],\"incomes\":[");
  for (guint i = 0; i < n_rows; i++)
    g_string_append_printf (text, "%s{\"household\":\"h%05u\",\"year\":2014,\"amount\":%u}", i > 0 ? "," : "", i, version * 1000 + i);
  g_string_append (text, "]}");
  bytes = g_string_free_to_bytes (g_steal_pointer (&text));
  alliance = rua_alliance_new_from_json (bytes, "fault-case", NULL, &error);
  g_assert_no_error (error);
  return alliance;
}

void
fault_edit (RuaAlliance *alliance, guint version)
{
  RuaTable *table = rua_alliance_get_table (alliance, "household");
  guint n_rows = rua_table_get_n_records (table);
  g_autoptr (GError) error = NULL;

  /* The first one tells, and another goes with it or not. */
  for (guint i = 0; i < 2; i++) {
    g_autoptr (RuaRecord) record = g_list_model_get_item (G_LIST_MODEL (table), i == 0 ? 0 : 1 + version % (n_rows - 1));
    g_autofree char *name = g_strdup_printf ("Edited, 第 %u 版", version);

    rua_record_set_text (record, "name", name, &error);
    g_assert_no_error (error);
    rua_record_set_integer (record, "n_persons", version, &error);
    g_assert_no_error (error);
  }
}

char *
fault_document (RuaAlliance *alliance)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = rua_alliance_to_json (alliance, NULL, &error);

  g_assert_no_error (error);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}
