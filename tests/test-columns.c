/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "columns-seal.h"
#include "random-alliance.h"
#include "random-trials.h"
#include "rua-alliance-json.h"
#include "rua-parallel.h"
#include "rua-store.h"
#include "rua-table-core-private.h"

#include <glib/gstdio.h>
#include <string.h>

static void
assert_same_prints (RuaAlliance *a, RuaAlliance *b)
{
  for (guint i = 0; i < rua_alliance_get_n_tables (a); i++) {
    RuaTable *ta = rua_alliance_get_table_at (a, i), *tb = rua_alliance_get_table_at (b, i);

    for (guint f = 0; f < ta->columns->len; f++) {
      guint64 pa[2], pb[2];

      rua_column_fingerprint (rua_table_column (ta, f), pa);
      rua_column_fingerprint (rua_table_column (tb, f), pb);
      g_assert_cmpmem (pa, sizeof pa, pb, sizeof pb);
    }
  }
}

static RuaAlliance *
reopen (RuaAlliance *alliance)
{
  g_autoptr (GByteArray) file = columns_write (alliance);
  GError *error = NULL;
  RuaAlliance *again = columns_read (file, &error);

  g_assert_no_error (error);
  return again;
}

/* ---- what goes in comes out ---- */

/* The bytes that the document has when it is saved, whoever wrote it. FALSE where it is the document of no alliance. */
static gboolean
check_document (const char *path)
{
  g_autofree char *text = NULL;
  gsize length;
  GError *error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) saved = NULL;
  g_autoptr (GBytes) json = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaAlliance) again = NULL;

  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  bytes = g_bytes_new (text, length);
  alliance = rua_alliance_new_from_json (bytes, path, NULL, NULL);
  if (!alliance)
    return FALSE;
  again = reopen (alliance);
  saved = columns_to_json (alliance);
  json = columns_to_json (again);
  g_assert_true (g_bytes_equal (json, saved));
  assert_same_prints (alliance, again);
  return TRUE;
}

static void
test_documents (void)
{
  g_autofree char *folder = g_build_filename (g_getenv ("RUA_SOURCE_ROOT"), "examples", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (!g_str_has_suffix (name, ".json"))
      continue;
    n += check_document (path);
  }
  g_assert_cmpuint (n, >, 0);
}

/* A file that the first version of the format was written as: the same alliance, and the same again as it is saved now. */
static void
test_version_1 (void)
{
  const char *root = g_getenv ("RUA_SOURCE_ROOT");
  g_autofree char *text_path = g_build_filename (root, "tests/data/columns-1.txt", NULL);
  g_autofree char *json_path = g_build_filename (root, "tests/data/columns-1.json", NULL);
  g_autofree char *text = NULL, *json = NULL;
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GByteArray) fresh = NULL;
  g_autoptr (GByteArray) again = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaAlliance) reopened = NULL;
  g_autoptr (RuaAlliance) document = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) saved = NULL;
  gsize length;
  GError *error = NULL;

  g_assert_true (g_file_get_contents (text_path, &text, NULL, NULL));
  g_assert_true (g_file_get_contents (json_path, &json, &length, NULL));
  g_base64_decode_inplace (text, &length);
  g_byte_array_append (file, (const guint8 *) text, (guint) length);
  g_assert_cmpuint (file->data[RUA_COLUMNS_MAGIC_LENGTH], ==, 1);
  alliance = columns_read (file, &error);
  g_assert_no_error (error);
  bytes = g_bytes_new (json, strlen (json));
  saved = columns_to_json (alliance);
  g_assert_true (g_bytes_equal (saved, bytes));
  document = rua_alliance_new_from_json (bytes, json_path, NULL, &error);
  g_assert_no_error (error);
  assert_same_prints (alliance, document);
  reopened = reopen (alliance);
  columns_assert_same_json (alliance, reopened);
  /* Codes of whole bytes become as narrow as those of the document. */
  fresh = columns_write (document);
  again = columns_write (alliance);
  g_assert_cmpmem (again->data, again->len, fresh->data, fresh->len);
  /* The old file is refused where a bit of it changed. */
  file->data[file->len / 3] ^= 4;
  g_assert_null (columns_read (file, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_SYNTAX);
  g_clear_error (&error);
}

static void
test_empty (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaAlliance) again = reopen (alliance);

  columns_assert_same_json (alliance, again);
}

/* Members that nobody knows, at the top, in the schema and in records; own kinds and fields. */
static void
test_members (void)
{
  static const char text[] =
    "{\"format\":\"rural-alliance\",\"version\":1,\"schema\":{\"kinds\":{\"hive\":{\"plural\":\"hives\",\"fields\":{\"bees\":{\"type\":\"integer\"}}}},"
    "\"strange\":[1,2]},\"hives\":[{\"id\":\"h1\",\"bees\":40000,\"queen\":{\"name\":\"草\"}}],\"weather\":[1,{\"a\":2}]}";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  GError *error = NULL;
  g_autoptr (RuaAlliance) alliance = rua_alliance_new_from_json (bytes, "text", NULL, &error);
  g_autoptr (RuaAlliance) again = NULL;
  g_autoptr (GBytes) json = NULL;
  g_autofree char *written = NULL;

  g_assert_no_error (error);
  again = reopen (alliance);
  columns_assert_same_json (alliance, again);
  json = columns_to_json (again);
  written = g_strndup (g_bytes_get_data (json, NULL), g_bytes_get_size (json));
  g_assert_nonnull (strstr (written, "queen"));
  g_assert_nonnull (strstr (written, "strange"));
  g_assert_nonnull (strstr (written, "weather"));
  g_assert_nonnull (strstr (written, "40000"));
}

static void
test_random (void)
{
  RuaRandom random;

  columns_begin (&random);
  for (guint t = 0; t < columns_trials (20); t++) {
    g_autoptr (RuaAlliance) alliance = random_alliance_new (&random, 1 + rua_random_below (&random, 300));
    g_autoptr (RuaAlliance) again = NULL;
    g_autoptr (RuaAlliance) third = NULL;
    RuaRandom other;

    for (guint e = rua_random_below (&random, 40); e > 0; e--)
      random_alliance_edit (alliance, &random);
    again = reopen (alliance);
    columns_assert_same_json (alliance, again);
    assert_same_prints (alliance, again);
    /* What was opened is edited like any other, and saved again. */
    for (guint e = rua_random_below (&random, 40); e > 0; e--) {
      other = random;
      random_alliance_edit (alliance, &random);
      random_alliance_edit (again, &other);
    }
    columns_assert_same_json (alliance, again);
    third = reopen (again);
    columns_assert_same_json (alliance, third);
    assert_same_prints (alliance, third);
  }
}

static void
test_many_chunks (void)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaAlliance) again = NULL;
  RuaTable *table;
  gboolean slow = g_getenv ("RUA_SLOW_MACHINE") != NULL;
  guint n = (slow ? 1 : 2) * RUA_CHUNK_ROWS + 5;
  g_autofree char *last = g_strdup_printf ("t%u", n - 2), *none = g_strdup_printf ("t%u", n);
  if (skip_under_valgrind ())
    return;

  columns_begin (&random);
  alliance = random_alliance_new (&random, n);
  again = reopen (alliance);
  if (!slow)
    columns_assert_same_json (alliance, again);
  assert_same_prints (alliance, again);
  table = random_alliance_get_table (again);
  g_assert_cmpuint (rua_table_find_row (table, last, -1), ==, n - 2);
  g_assert_cmpuint (rua_table_find_row (table, none, -1), ==, RUA_NO_ROW);
  for (guint e = 0; e < (slow ? 8 : 30); e++)
    random_alliance_edit (again, &random);
  g_clear_object (&alliance);
  alliance = reopen (again);
  if (!slow)
    columns_assert_same_json (alliance, again);
  assert_same_prints (alliance, again);
}

/* The same content, the same bytes: whatever the threads, and however it was packed and edited. */
static void
test_same_bytes (void)
{
  RuaRandom random;
  guint threads = rua_get_n_threads ();

  columns_begin (&random);
  for (guint t = 0; t < columns_trials (12); t++) {
    g_autoptr (RuaAlliance) alliance = random_alliance_new (&random, 1 + rua_random_below (&random, 200));
    g_autoptr (RuaAlliance) again = NULL;
    g_autoptr (GByteArray) first = NULL;
    g_autoptr (GByteArray) second = NULL;

    for (guint e = t * 3; e > 0; e--)
      random_alliance_edit (alliance, &random);
    rua_set_n_threads (1 + t % 4);
    first = columns_write (alliance);
    again = columns_read (first, NULL);
    rua_set_n_threads (4 - t % 4);
    second = columns_write (again);
    g_assert_cmpmem (first->data, first->len, second->data, second->len);
    g_clear_pointer (&second, g_byte_array_unref);
    g_assert_true (rua_table_pack (random_alliance_get_table (alliance), NULL, NULL));
    second = columns_write (alliance);
    g_assert_cmpmem (first->data, first->len, second->data, second->len);
  }
  rua_set_n_threads (threads);
}

static gboolean
holds (GByteArray *file, const char *text)
{
  gsize length = strlen (text);

  for (gsize i = 0; i + length <= file->len; i++)
    if (memcmp (file->data + i, text, length) == 0)
      return TRUE;
  return FALSE;
}

/* A text that no record has any more is nowhere in the file. */
static void
test_forgotten (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (GByteArray) file = NULL;
  static const char *const ids[] = { "stays", "SECRETID", "other", NULL };

  for (guint i = 0; ids[i]; i++) {
    g_autoptr (RuaRecord) record = rua_alliance_new_record (alliance, "household");

    rua_record_set_id (record, ids[i], NULL);
    rua_record_set_text (record, "stratum", i == 1 ? "SECRETTEXT" : "hill", NULL);
    g_assert_true (rua_alliance_add (alliance, record, NULL));
    if (i == 2) {
      g_assert_true (rua_record_set_text (record, "stratum", "OVERWRITTEN", NULL));
      g_assert_true (rua_record_set_text (record, "stratum", "river", NULL));
    }
  }
  {
    g_autoptr (RuaRecord) record = rua_alliance_find (alliance, "household", "SECRETID");

    g_assert_true (rua_alliance_remove (alliance, record, NULL));
  }
  file = columns_write (alliance);
  g_assert_false (holds (file, "SECRET"));
  g_assert_false (holds (file, "OVERWRITTEN"));
  g_assert_true (holds (file, "river"));
}

/* Nobody asks for an id: no index of them is there. */
static void
test_index_on_demand (void)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaAlliance) again = NULL;
  g_autoptr (RuaAlliance) snapshot = NULL;
  g_autoptr (GByteArray) file = NULL;
  RuaColumn *ids;
  g_autoptr (RuaRecord) record = NULL;

  columns_begin (&random);
  alliance = random_alliance_new (&random, 1000);
  again = reopen (alliance);
  ids = rua_table_peek_column (random_alliance_get_table (again), 0);
  g_assert_nonnull (ids->dictionary.run);
  g_assert_cmpuint (random_alliance_get_table (again)->ids_in_order, ==, 1000);
  g_assert_cmpuint (random_alliance_get_table (again)->n_id_rows, ==, 0);
  file = columns_write (again);
  columns_assert_same_json (alliance, again);
  g_assert_cmpuint (rua_text_run_get_index_size (ids->dictionary.run), ==, 0);
  snapshot = rua_alliance_snapshot (again);
  record = rua_alliance_find (snapshot, "thing", "t500");
  g_assert_nonnull (record);
  /* Made once for all. */
  g_assert_cmpuint (rua_text_run_get_index_size (ids->dictionary.run), >, 4000);
}

/* ---- what is damaged is refused ---- */

static RuaAlliance *
small_alliance (void)
{
  static const char text[] =
    "{\"format\":\"rural-alliance\",\"version\":1,\"places\":[{\"id\":\"p\",\"name\":\"P\"},{\"id\":\"q\",\"name\":{\"en\":\"Q\",\"zh\":\"草\"},\"parent\":\"p\"}],"
    "\"households\":[{\"id\":\"a\",\"weight\":1.5,\"joined\":\"2014-09\",\"x\":1},{\"id\":\"b\",\"weight\":0.25}]}";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  GError *error = NULL;
  RuaAlliance *small = rua_alliance_new_from_json (bytes, "text", NULL, &error);

  g_assert_no_error (error);
  return small;
}

/* ---- files ---- */

typedef struct {
  char *folder;
  char *path;
  char *other;
} Place;

static void
place_init (Place *place)
{
  GError *error = NULL;

  place->folder = g_dir_make_tmp ("rua-columns-XXXXXX", &error);
  g_assert_no_error (error);
  place->path = g_build_filename (place->folder, "a.ruac", NULL);
  place->other = g_build_filename (place->folder, "anything", NULL);
}

static void
place_clear (Place *place)
{
  g_unlink (place->path);
  g_unlink (place->other);
  /* Nothing was left behind. */
  g_assert_cmpint (g_rmdir (place->folder), ==, 0);
  g_free (place->folder);
  g_free (place->path);
  g_free (place->other);
}

static void
test_file (void)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaAlliance) again = NULL;
  g_autoptr (RuaAlliance) third = NULL;
  Place place;
  struct stat st;
  GError *error = NULL;

  columns_begin (&random);
  place_init (&place);
  alliance = random_alliance_new (&random, 2000);
  g_assert_true (rua_alliance_save (alliance, place.path, RUA_SAVE_NONE, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (rua_alliance_get_location (alliance), "/a.ruac"));
  g_assert_cmpint (stat (place.path, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 07777, ==, 0600);
  g_assert_false (rua_alliance_save (alliance, place.path, RUA_SAVE_NONE, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);

  again = rua_alliance_open (place.path, NULL, &error);
  g_assert_no_error (error);
  columns_assert_same_json (alliance, again);
  /* Told by its content, under any name. */
  g_assert_cmpint (link (place.path, place.other), ==, 0);
  third = rua_alliance_open (place.other, NULL, &error);
  g_assert_no_error (error);
  columns_assert_same_json (alliance, third);

  /* It goes on when its file is replaced by what it has become. */
  for (guint i = 0; i < 20; i++)
    random_alliance_edit (again, &random);
  g_assert_cmpint (chmod (place.path, 0640), ==, 0);
  g_assert_true (rua_alliance_save (again, place.path, RUA_SAVE_REPLACE, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (stat (place.path, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 07777, ==, 0640);
  columns_assert_same_json (alliance, third);
  g_clear_object (&third);
  third = rua_alliance_open (place.path, NULL, &error);
  g_assert_no_error (error);
  columns_assert_same_json (again, third);
  place_clear (&place);
}

static void
test_file_damaged (void)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL;
  Place place;
  GError *error = NULL;
  g_autofree char *bytes = NULL;
  gsize length;

  columns_begin (&random);
  place_init (&place);
  alliance = random_alliance_new (&random, 3000);
  g_assert_true (rua_alliance_save (alliance, place.path, RUA_SAVE_NONE, NULL, &error));
  g_assert_true (g_file_get_contents (place.path, &bytes, &length, NULL));
  for (guint t = 0; t < columns_trials (60); t++) {
    gsize at = t < 8 ? t : rua_random_below (&random, (guint32) length);

    bytes[at] ^= 1;
    g_assert_true (g_file_set_contents (place.path, bytes, (gssize) length, NULL));
    g_assert_null (rua_alliance_open (place.path, NULL, &error));
    g_assert_true (error->domain == RUA_ERROR);
    g_assert_nonnull (strstr (error->message, "a.ruac: "));
    g_clear_error (&error);
    bytes[at] ^= 1;
  }
  place_clear (&place);
}

/* ---- a file whose pages are called ahead ---- */

#define N_LARGE 400000

static RuaAlliance *
large_alliance (RuaRandom *random)
{
  RuaAlliance *alliance = rua_alliance_new ();
  RuaTable *households = rua_alliance_get_table (alliance, "household");
  g_autoptr (RuaAppender) appender = rua_table_append (households);
  GError *error = NULL;

  for (guint i = 0; i < N_LARGE; i++) {
    char id[40];

    g_snprintf (id, sizeof id, "%08x-%08x-%u", rua_random_below (random, G_MAXUINT32), rua_random_below (random, G_MAXUINT32), i);
    rua_appender_set_text (appender, 0, id, -1, &error);
    g_assert_no_error (error);
    rua_appender_end_row (appender);
  }
  rua_appender_commit (appender, &error);
  g_assert_no_error (error);
  return alliance;
}

static gpointer
cancel_soon (gpointer data)
{
  g_usleep (g_random_int_range (0, 6000));
  g_cancellable_cancel (data);
  return NULL;
}

static void
open_cancelled (const char *path)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) alliance = rua_alliance_open (path, cancellable, &error);

  g_thread_join (thread);
  if (alliance == NULL)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_large_file (void)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autofree char *bytes = NULL;
  guint usual = rua_get_n_threads ();
  Place place;
  GError *error = NULL;
  gsize length;

  if (skip_under_valgrind ())
    return;
  columns_begin (&random);
  place_init (&place);
  alliance = large_alliance (&random);
  g_assert_true (rua_alliance_save (alliance, place.path, RUA_SAVE_NONE, NULL, &error));
  g_assert_true (g_file_get_contents (place.path, &bytes, &length, NULL));
  g_assert_cmpuint (length, >, 8 * 1024 * 1024);
  for (guint threads = 1; threads <= 4; threads++) {
    g_autoptr (RuaAlliance) again = NULL;

    rua_set_n_threads (threads);
    again = rua_alliance_open (place.path, NULL, &error);
    g_assert_no_error (error);
    assert_same_prints (alliance, again);
    open_cancelled (place.path);
  }
  rua_set_n_threads (3);
  for (guint t = 0; t < 12; t++) {
    gsize at = t == 0 ? length / 2 : t == 1 ? length - 1 : t == 2 ? 100 : rua_random_below (&random, (guint32) length);

    bytes[at] ^= 64;
    g_assert_true (g_file_set_contents (place.path, bytes, (gssize) length, NULL));
    g_assert_null (rua_alliance_open (place.path, NULL, &error));
    g_assert_true (error->domain == RUA_ERROR);
    g_assert_nonnull (strstr (error->message, "a.ruac: the columnar file is damaged: "));
    g_clear_error (&error);
    bytes[at] ^= 64;
  }
  rua_set_n_threads (usual);
  place_clear (&place);
}

/* A document called .ruac is a document. */
static void
test_names (void)
{
  g_autoptr (RuaAlliance) alliance = small_alliance ();
  g_autoptr (GBytes) json = columns_to_json (alliance);
  g_autoptr (RuaAlliance) again = NULL;
  Place place;
  GError *error = NULL;

  place_init (&place);
  g_assert_true (g_file_set_contents (place.path, g_bytes_get_data (json, NULL), (gssize) g_bytes_get_size (json), NULL));
  again = rua_alliance_open (place.path, NULL, &error);
  g_assert_no_error (error);
  columns_assert_same_json (alliance, again);
  g_assert_true (g_file_set_contents (place.path, "", 0, NULL));
  g_assert_null (rua_alliance_open (place.path, NULL, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  place_clear (&place);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  GError *error = NULL;

  g_assert_true (rua_alliance_save_finish (RUA_ALLIANCE (source), result, &error));
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

/* What is saved is what it was when asked for, whatever happens meanwhile. */
static void
test_async (void)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaAlliance) before = NULL;
  g_autoptr (RuaAlliance) again = NULL;
  gboolean done = FALSE;
  Place place;
  GError *error = NULL;

  columns_begin (&random);
  place_init (&place);
  alliance = random_alliance_new (&random, 3000);
  before = rua_alliance_snapshot (alliance);
  rua_alliance_save_async (alliance, place.path, RUA_SAVE_NONE, NULL, on_saved, &done);
  for (guint i = 0; i < 300; i++)
    random_alliance_edit (alliance, &random);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  again = rua_alliance_open (place.path, NULL, &error);
  g_assert_no_error (error);
  columns_assert_same_json (before, again);
  place_clear (&place);
}

static void
test_cancelled (void)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Place place;
  GError *error = NULL;

  columns_begin (&random);
  place_init (&place);
  alliance = random_alliance_new (&random, 100);
  g_assert_true (rua_alliance_save (alliance, place.path, RUA_SAVE_NONE, NULL, &error));
  g_cancellable_cancel (cancellable);
  g_assert_false (rua_alliance_save (alliance, place.other, RUA_SAVE_NONE, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (g_file_test (place.other, G_FILE_TEST_EXISTS));
  g_assert_null (rua_alliance_open (place.path, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  place_clear (&place);
}

/* A sink that fails somewhere leaves nothing behind, and says what failed. */
typedef struct {
  gsize left;
} Tank;

static gboolean
fill_tank (gpointer data, gconstpointer bytes, gsize length, GError **error)
{
  Tank *tank = data;

  if (length <= tank->left) {
    tank->left -= length;
    return TRUE;
  }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "full");
  return FALSE;
}

static void
test_sink_fails (void)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GByteArray) file = NULL;
  guint step;

  columns_begin (&random);
  alliance = random_alliance_new (&random, 60);
  file = columns_write (alliance);
  step = MAX (1, file->len / columns_trials (200));
  for (gsize room = 0; room < file->len; room += step) {
    Tank tank = { room };
    GError *error = NULL;

    g_assert_false (rua_columns_write (alliance, fill_tank, &tank, NULL, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
    g_clear_error (&error);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/columns/documents", test_documents);
  g_test_add_func ("/columns/version-1", test_version_1);
  g_test_add_func ("/columns/empty", test_empty);
  g_test_add_func ("/columns/members", test_members);
  g_test_add_func ("/columns/random", test_random);
  g_test_add_func ("/columns/many-chunks", test_many_chunks);
  g_test_add_func ("/columns/same-bytes", test_same_bytes);
  g_test_add_func ("/columns/forgotten", test_forgotten);
  g_test_add_func ("/columns/index-on-demand", test_index_on_demand);
  g_test_add_func ("/columns/file", test_file);
  g_test_add_func ("/columns/file/damaged", test_file_damaged);
  g_test_add_func ("/columns/large-file", test_large_file);
  g_test_add_func ("/columns/file/names", test_names);
  g_test_add_func ("/columns/file/async", test_async);
  g_test_add_func ("/columns/file/cancelled", test_cancelled);
  g_test_add_func ("/columns/sink-fails", test_sink_fails);
  return g_test_run ();
}
