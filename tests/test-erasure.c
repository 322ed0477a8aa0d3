/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Somebody who is erased is nowhere in what is saved; others stay; nobody comes back. */
#include "rua-alliance-erasing.h"
#include "rua-erasure.h"

#include <glib/gstdio.h>
#include <string.h>

#include "marked-alliance.h"
#include "rua-alliance-json.h"
#include "rua-csv-import.h"
#include "rua-history.h"
#include "rua-merge.h"
#include "rua-store.h"

#define HIM "Wqzk"

static RuaAlliance *
read_alliance (const char *records)
{
  g_autofree char *text = g_strdup_printf ("{\"format\": \"rural-alliance\", \"version\": 1, \"alliance\": {\"title\": {\"en\": \"T\"}, \"currency\": \"CNY\"}, %s}", records);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  GError *error = NULL;
  RuaAlliance *alliance = rua_alliance_new_from_json (bytes, "t.json", NULL, &error);

  g_assert_no_error (error);
  return alliance;
}

/* Two households; everything that is recorded about the first is marked. */
static const char *const village
  = "\"people\": [{\"id\": \"" HIM "p\", \"name\": \"" HIM " name\", \"household\": \"" HIM "h\", \"year_of_birth\": 1961}, {\"id\": \"q\", \"name\": \"Q\", \"household\": \"" HIM "h\"}],"
    "\"households\": [{\"id\": \"" HIM "h\", \"name\": \"" HIM " family\", \"note\": \"" HIM " note\", \"kept\": \"" HIM "\"}, {\"id\": \"i\", \"name\": \"I\"}],"
    "\"household_members\": [{\"household\": \"" HIM "h\", \"person\": \"q\"}],"
    "\"cooperatives\": [{\"id\": \"c\", \"name\": \"C\"}],"
    "\"memberships\": [{\"id\": \"" HIM "m\", \"cooperative\": \"c\", \"household\": \"" HIM "h\"}],"
    "\"plots\": [{\"id\": \"" HIM "f\", \"household\": \"" HIM "h\", \"boundary\": \"" HIM "\"}, {\"id\": \"g\", \"household\": \"i\"}],"
    "\"incomes\": [{\"household\": \"" HIM "h\", \"year\": 2014, \"amount\": 4711.13}, {\"household\": \"i\", \"year\": 2014, \"amount\": 8.5}],"
    "\"harvests\": [{\"plot\": \"" HIM "f\", \"mass\": 2}, {\"plot\": \"g\", \"mass\": 3}],"
    "\"products\": [{\"id\": \"t\", \"name\": \"Tea\"}],"
    "\"sales\": [{\"product\": \"t\", \"producer\": \"" HIM "h\", \"amount\": 5}]";

static RuaAlliance *
erase (RuaAlliance *alliance, const char *kind, const char *id, char ***told)
{
  g_autoptr (RuaRecord) subject = rua_alliance_find (alliance, kind, id);
  GError *error = NULL;
  RuaAlliance *copy = rua_alliance_dup_erased (alliance, subject, "request", "2026-11-25", told, NULL, &error);

  g_assert_no_error (error);
  return copy;
}

static void
test_what_goes (void)
{
  g_autoptr (RuaAlliance) alliance = read_alliance (village), copy = NULL;
  g_auto (GStrv) told = NULL;
  g_autofree char *lines = NULL;
  g_autoptr (RuaRecord) q = NULL, sale = NULL;

  copy = erase (alliance, "household", HIM "h", &told);
  lines = g_strjoinv ("; ", told);
  g_assert_cmpstr (lines, ==,
                   "erased: 1 of 2 households; erased: 1 of 1 household_members; erased: 1 of 1 memberships; erased: 1 of 2 incomes; "
                   "erased: 1 of 2 plots; erased: 1 of 2 harvests; without the reference: 2 of 2 people; without the reference: 1 of 1 sales");
  /* Another person of the house stays, and so does what was sold. */
  q = rua_alliance_find (copy, "person", "q");
  g_assert_nonnull (q);
  g_assert_false (rua_record_has (q, "household"));
  sale = rua_table_dup_record (rua_alliance_get_sales (copy), 0);
  g_assert_true (rua_record_has (sale, "amount"));
  g_assert_false (rua_record_has (sale, "producer"));
  g_assert_cmpuint (rua_table_get_n_records (rua_alliance_get_erasures (copy)), ==, 3);
  {
    g_autoptr (RuaRecord) erasure = rua_table_dup_record (rua_alliance_get_erasures (copy), 0);
    g_autofree char *on = rua_erasure_dup_erased_on (RUA_ERASURE (erasure));

    g_assert_cmpstr (rua_erasure_get_kind_erased (RUA_ERASURE (erasure)), ==, "household");
    g_assert_cmpstr (on, ==, "2026-11-25");
  }
}

static void
test_known_afterwards (void)
{
  g_autoptr (RuaAlliance) alliance = read_alliance (village), copy = erase (alliance, "household", HIM "h", NULL), again = NULL;
  g_autoptr (GBytes) json = NULL;

  g_assert_false (rua_alliance_was_erased (alliance, "household", HIM "h"));
  g_assert_true (rua_alliance_was_erased (copy, "household", HIM "h"));
  g_assert_true (rua_alliance_was_erased (copy, "households", HIM "h"));
  g_assert_true (rua_alliance_was_erased (copy, "plot", HIM "f"));
  g_assert_false (rua_alliance_was_erased (copy, "household", "i"));
  g_assert_false (rua_alliance_was_erased (copy, "plot", HIM "h"));
  /* Two who are erased have two salts. */
  json = rua_alliance_to_json (copy, NULL, NULL);
  again = rua_alliance_new_from_json (json, NULL, NULL, NULL);
  g_assert_true (rua_alliance_was_erased (again, "household", HIM "h"));
}

/* ---- the bytes ---- */

static gboolean
tells (const char *path, const char *mark)
{
  g_autofree char *bytes = NULL;
  gsize length;

  if (!g_file_get_contents (path, &bytes, &length, NULL))
    return FALSE;
  for (gsize i = 0; i + strlen (mark) <= length; i++)
    if (memcmp (bytes + i, mark, strlen (mark)) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
folder_tells (const char *folder, const char *mark)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  gboolean found = FALSE;

  while (dir && (name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    found |= strstr (name, mark) != NULL || (g_file_test (path, G_FILE_TEST_IS_DIR) ? folder_tells (path, mark) : tells (path, mark));
  }
  return found;
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (g_file_test (path, G_FILE_TEST_IS_DIR))
      remove_folder (path);
    else
      g_unlink (path);
  }
  g_rmdir (folder);
}

/* In every store: opened, edited and saved as it happens in a year, then erased, and every byte of
 * every file in the folder looked at. */
static void
test_bytes (gconstpointer data)
{
  const char *name = data;
  g_autofree char *folder = g_dir_make_tmp ("rua-erase-XXXXXX", NULL), *place = g_build_filename (folder, name, NULL);
  g_autoptr (RuaAlliance) alliance = read_alliance (village), opened = NULL, copy = NULL, last = NULL;
  g_autoptr (RuaRecord) person = NULL;
  GError *error = NULL;

  g_assert_true (rua_alliance_save (alliance, place, RUA_SAVE_NONE, NULL, &error));
  g_assert_no_error (error);
  opened = rua_alliance_open (place, NULL, &error);
  g_assert_no_error (error);
  person = rua_alliance_find (opened, "person", HIM "p");
  g_assert_true (rua_record_set_text (person, "contact", HIM " contact", &error));
  g_assert_true (rua_alliance_save (opened, place, RUA_SAVE_REPLACE, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (rua_record_set_text (person, "contact", HIM " other contact", &error));
  g_assert_true (rua_alliance_save (opened, place, RUA_SAVE_REPLACE, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (folder_tells (folder, HIM));
  copy = erase (opened, "household", HIM "h", NULL);
  last = erase (copy, "person", HIM "p", NULL);
  g_assert_true (rua_alliance_save (last, place, RUA_SAVE_REPLACE, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (folder_tells (folder, HIM));
  g_clear_object (&alliance);
  alliance = rua_alliance_open (place, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rua_table_get_n_records (rua_alliance_get_people (alliance)), ==, 1);
  g_assert_true (rua_alliance_was_erased (alliance, "person", HIM "p"));
  remove_folder (folder);
}

/* An old copy, worked on since, is merged in: others' news come, the erased stay away. */
static void
test_merged (void)
{
  g_autoptr (RuaAlliance) base = read_alliance (village), theirs = read_alliance (village), mine = NULL;
  g_autoptr (RuaRecord) h = rua_alliance_find (theirs, "household", HIM "h"), i = rua_alliance_find (theirs, "household", "i");
  g_autoptr (RuaIncome) income = rua_income_new ();
  g_autoptr (RuaPlot) plot = rua_plot_new ();
  g_autoptr (RuaRecord) here = NULL;
  g_autoptr (RuaMerge) merge = NULL;
  g_autoptr (GBytes) json = NULL;
  GError *error = NULL;

  mine = erase (base, "household", HIM "h", NULL);
  g_assert_true (rua_record_set_text (h, "name", HIM " new name", &error));
  g_assert_true (rua_record_set_text (i, "name", "news", &error));
  rua_income_set_household (income, RUA_HOUSEHOLD (h), NULL);
  rua_income_set_year (income, 2015, NULL);
  g_assert_true (rua_alliance_add (theirs, RUA_RECORD (income), &error));
  rua_record_set_id (RUA_RECORD (plot), HIM "new", NULL);
  rua_plot_set_household (plot, RUA_HOUSEHOLD (h), NULL);
  g_assert_true (rua_alliance_add (theirs, RUA_RECORD (plot), &error));
  merge = rua_alliance_merge_base (mine, base, theirs, "old.json", NULL, &error);
  g_assert_no_error (error);
  {
    g_autoptr (GListModel) disagreements = rua_merge_list_disagreements (merge);
    g_auto (GStrv) remarks = rua_merge_list_remarks (merge);
    g_autofree char *text = g_strjoinv ("; ", remarks);

    g_assert_cmpuint (g_list_model_get_n_items (disagreements), ==, 0);
    g_assert_nonnull (strstr (text, "household: a record of somebody who was erased here stays away"));
    g_assert_nonnull (strstr (text, "income: a record"));
    g_assert_null (strstr (text, HIM));
  }
  g_assert_true (rua_merge_is_done (merge));
  here = rua_alliance_find (mine, "household", "i");
  g_assert_cmpstr (rua_record_get_text (here, "name"), ==, "news");
  json = rua_alliance_to_json (mine, NULL, NULL);
  g_assert_null (g_strstr_len (g_bytes_get_data (json, NULL), (gssize) g_bytes_get_size (json), HIM "h"));
  g_assert_null (g_strstr_len (g_bytes_get_data (json, NULL), (gssize) g_bytes_get_size (json), HIM "new"));
}

static void
test_refused (void)
{
  g_autoptr (RuaAlliance) alliance = read_alliance (village), other = read_alliance (village);
  g_autoptr (RuaRecord) cooperative = rua_alliance_find (alliance, "cooperative", "c"), stranger = rua_alliance_find (other, "household", HIM "h");
  g_autoptr (RuaRecord) household = rua_alliance_find (alliance, "household", HIM "h");
  GError *error = NULL;

  g_assert_null (rua_alliance_dup_erased (alliance, cooperative, NULL, "2026-11-25", NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_null (rua_alliance_dup_erased (alliance, stranger, NULL, "2026-11-25", NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_assert_null (strstr (error->message, HIM));
  g_clear_error (&error);
  g_assert_null (rua_alliance_dup_erased (alliance, household, "whim", "2026-11-25", NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_null (rua_alliance_dup_erased (alliance, household, NULL, "soon", NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_clear_error (&error);
}

/* Of every kind of people. */
static void
test_every_kind (void)
{
  g_autoptr (RuaAlliance) alliance = marked_alliance_new ();
  guint n = 0;

  for (guint t = 0; t < rua_alliance_get_n_tables (alliance); t++) {
    RuaTable *table = rua_alliance_get_table_at (alliance, t);
    g_autoptr (RuaRecord) record = rua_table_dup_record (table, 0);
    g_autoptr (RuaAlliance) copy = NULL;
    g_autofree char *mark = NULL;
    g_autoptr (GBytes) json = NULL;
    GError *error = NULL;

    if (rua_kind_get_privacy (rua_table_get_kind (table)) == RUA_PRIVACY_PUBLIC)
      continue;
    copy = rua_alliance_dup_erased (alliance, record, NULL, "2026-11-25", NULL, NULL, &error);
    g_assert_no_error (error);
    json = rua_alliance_to_json (copy, NULL, NULL);
    mark = g_strdup_printf ("\"%s\"", rua_record_get_id (record));
    g_assert_null (g_strstr_len (g_bytes_get_data (json, NULL), (gssize) g_bytes_get_size (json), mark));
    n++;
  }
  g_assert_cmpuint (n, >, 10);
}

static RuaAlliance *
read_erased (const char *members, GError **error)
{
  g_autoptr (RuaAlliance) alliance = read_alliance (village), copy = erase (alliance, "household", HIM "h", NULL);
  g_autoptr (GBytes) json = rua_alliance_to_json (copy, NULL, NULL), again = NULL;
  g_autoptr (GString) text = g_string_new_len (g_bytes_get_data (json, NULL), (gssize) g_bytes_get_size (json));

  g_assert_cmpuint (g_string_replace (text, "\"households\": [", members, 1), ==, 1);
  again = g_bytes_new (text->str, text->len);
  return rua_alliance_new_from_json (again, "back.json", NULL, error);
}

/* Whoever writes them into the document again is told so, and not whom. */
static void
test_put_back (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) alliance = read_erased ("\"households\": [{\"id\": \"" HIM "h\"}, ", &error), other = NULL;

  g_assert_null (alliance);
  g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
  g_assert_nonnull (strstr (error->message, "household #1: id: a record of this id was erased"));
  g_assert_null (strstr (error->message, HIM));
  g_clear_error (&error);
  other = read_erased ("\"households\": [{\"id\": \"other\"}, ", &error);
  g_assert_no_error (error);
  /* A package of the same. */
  {
    g_autofree char *folder = g_dir_make_tmp ("rua-back-XXXXXX", NULL), *package = g_build_filename (folder, "p/", NULL), *table = NULL, *text = NULL, *more = NULL;
    g_autoptr (RuaAlliance) copy = NULL;
    gsize length;

    g_assert_true (rua_alliance_save (other, package, 0, NULL, &error));
    copy = rua_alliance_open (package, NULL, &error);
    g_assert_no_error (error);
    g_assert_nonnull (copy);
    table = g_build_filename (package, "households.csv", NULL);
    g_assert_true (g_file_get_contents (table, &text, &length, NULL));
    /* The id alone, as long as it was: the descriptor knows the file's size. */
    more = g_strdup (text);
    g_assert_nonnull (strstr (more, "other"));
    memcpy (strstr (more, "other"), HIM "h", strlen (HIM "h"));
    g_assert_cmpuint (strlen (HIM "h"), ==, strlen ("other"));
    g_assert_true (g_file_set_contents (table, more, (gssize) length, NULL));
    g_clear_object (&copy);
    copy = rua_alliance_open (package, NULL, &error);
    g_assert_null (copy);
    g_assert_null (strstr (error->message, HIM));
    remove_folder (folder);
  }
}

static void
import (const char *csv, RuaAlliance *alliance, const char *message)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  guint before = rua_table_get_n_records (rua_alliance_get_households (alliance));
  int fd = g_file_open_tmp ("rua-erased-XXXXXX.csv", &path, NULL);

  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, csv, -1, NULL));
  if (!message) {
    g_assert_true (rua_alliance_import_csv (alliance, "household", path, NULL, NULL, NULL, NULL, &error));
    g_assert_no_error (error);
  } else {
    g_assert_false (rua_alliance_import_csv (alliance, "household", path, NULL, NULL, NULL, NULL, &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
    g_assert_nonnull (strstr (error->message, message));
    g_assert_null (strstr (error->message, HIM));
    g_assert_cmpuint (rua_table_get_n_records (rua_alliance_get_households (alliance)), ==, before);
  }
  g_remove (path);
}

/* A register of before: refused whole, with the line. */
static void
test_imported (void)
{
  g_autoptr (RuaAlliance) alliance = read_alliance (village), copy = erase (alliance, "household", HIM "h", NULL);
  g_autoptr (RuaAlliance) numbers = read_alliance ("\"households\": [{\"id\": \"7\"}, {\"id\": \"8\"}]"), erased = erase (numbers, "household", "7", NULL);

  import ("id,name\nk,K\n" HIM "h,X\n", copy, ":3:");
  import ("id,name\nk,K\n", copy, NULL);
  import ("id,name\n9,K\n7,X\n", erased, ":3:");
  import ("id,name\n9,K\n17,X\n", erased, NULL);
  /* Under a log, too. */
  {
    g_autoptr (RuaAlliance) log = read_alliance (village);
    g_autoptr (GError) error = NULL;

    g_assert_true (rua_alliance_enroll (log, "hub", &error));
    g_assert_true (rua_alliance_erase (log, "household", HIM "h", NULL, "2026-11-25", NULL, NULL, &error));
    g_assert_no_error (error);
    import ("id,name\nk,K\n" HIM "h,X\n", log, ":3:");
    import ("id,name\nk,K\n", log, NULL);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/erasure/what-goes", test_what_goes);
  g_test_add_func ("/erasure/known-afterwards", test_known_afterwards);
  g_test_add_data_func ("/erasure/bytes/json", "a.json", test_bytes);
  g_test_add_data_func ("/erasure/bytes/columns", "a.ruac", test_bytes);
  g_test_add_data_func ("/erasure/bytes/sqlite", "a.rua", test_bytes);
  g_test_add_data_func ("/erasure/bytes/folder", "a/", test_bytes);
  g_test_add_func ("/erasure/merged", test_merged);
  g_test_add_func ("/erasure/refused", test_refused);
  g_test_add_func ("/erasure/put-back", test_put_back);
  g_test_add_func ("/erasure/imported", test_imported);
  g_test_add_func ("/erasure/every-kind", test_every_kind);
  return g_test_run ();
}
