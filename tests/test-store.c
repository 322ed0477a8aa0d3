/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opening and saving: every place, every obstacle, and nothing half done. */
#include "rua-alliance-json.h"
#include "rua-alliance-private.h"
#include "rua-store.h"
#include "rua-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const char document[] = "{\n"
                               "  \"format\": \"rural-alliance\",\n"
                               "  \"version\": 1,\n"
                               "  \"households\": [\n"
                               "    {\n"
                               "      \"id\": \"h1\"\n"
                               "    }\n"
                               "  ]\n"
                               "}\n";

typedef struct {
  char *folder;
  char *path; /* of a file in it that is not there */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("rua-store-XXXXXX", &error);
  g_assert_no_error (error);
  f->path = g_build_filename (f->folder, "alliance.json", NULL);
}

static void
remove_all (const char *path)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK)) {
    g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
    const char *name;

    g_chmod (path, 0700);
    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_all (child);
    }
    g_rmdir (path);
  } else {
    g_unlink (path);
  }
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  remove_all (f->folder);
  g_free (f->folder);
  g_free (f->path);
}

static RuaAlliance *
make_alliance (const char *id)
{
  RuaAlliance *alliance = rua_alliance_new ();
  g_autoptr (RuaHousehold) household = rua_household_new ();
  g_autoptr (GError) error = NULL;

  rua_record_set_id (RUA_RECORD (household), id, &error);
  g_assert_no_error (error);
  rua_alliance_add (alliance, RUA_RECORD (household), &error);
  g_assert_no_error (error);
  return alliance;
}

static void
put_file (const char *path, const char *text, mode_t mode)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (path, (int) mode), ==, 0);
}

static void
assert_file (const char *path, const char *text)
{
  g_autofree char *got = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &got, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (got, ==, text);
}

static mode_t
mode_of (const char *path)
{
  struct stat st;

  g_assert_cmpint (lstat (path, &st), ==, 0);
  return st.st_mode & 07777;
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

#define assert_refused(call, domain, code, part) \
  G_STMT_START { \
    g_autoptr (GError) refusal = NULL; \
    GError **refusal_out = &refusal; \
    g_assert_false ((call) != 0); \
    g_assert_error (refusal, domain, code); \
    g_test_message ("%s", refusal->message); \
    g_assert_nonnull (strstr (refusal->message, part)); \
  } G_STMT_END

/* ---- opening ---- */

static void
test_open (Fixture *f, gconstpointer data)
{
  g_autofree char *uri = g_filename_to_uri (f->path, NULL, NULL);
  const char *const places[] = { f->path, uri };

  put_file (f->path, document, 0600);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaAlliance) alliance = rua_alliance_open (places[i], NULL, &error);
    g_autoptr (RuaRecord) household = NULL;

    g_assert_no_error (error);
    household = rua_alliance_find (alliance, "household", "h1");
    g_assert_nonnull (household);
    g_assert_cmpstr (rua_alliance_get_location (alliance), ==, uri);
  }
}

/* The name does not matter, nor does where the process stands. */
static void
test_open_any_name (Fixture *f, gconstpointer data)
{
  static const char *const names[] = { "a b.txt", "alliance", "x.rua", "寨.json", "%41.json", "a:b", "--help" };
  g_autofree char *before = g_get_current_dir ();

  g_assert_cmpint (g_chdir (f->folder), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (f->folder, names[i], NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaAlliance) alliance = NULL, relative = NULL;

    put_file (path, document, 0600);
    alliance = rua_alliance_open (path, NULL, &error);
    g_assert_no_error (error);
    g_assert_nonnull (alliance);
    relative = rua_alliance_open (names[i], NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (rua_alliance_get_location (alliance), ==, rua_alliance_get_location (relative));
  }
  g_assert_cmpint (g_chdir (before), ==, 0);
}

static void
test_open_faults (Fixture *f, gconstpointer data)
{
  g_autofree char *place = g_strdup_printf ("%s:3:17: ", f->path);

  put_file (f->path, "{\"format\": \"rural-alliance\", \"version\": 1,\n\"households\": [\n{\"id\": \"a\", \"x\" 5}]}", 0600);
  assert_refused (rua_alliance_open (f->path, NULL, refusal_out), RUA_ERROR, RUA_ERROR_SYNTAX, place);
  put_file (f->path, "", 0600);
  assert_refused (rua_alliance_open (f->path, NULL, refusal_out), RUA_ERROR, RUA_ERROR_SYNTAX, "empty");
}

static void
test_open_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *other = g_build_filename (f->folder, "other", NULL);
  static const char sqlite[] = "SQLite format 3";
  g_autoptr (GError) error = NULL;

  assert_refused (rua_alliance_open (f->path, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "check its name");
  assert_refused (rua_alliance_open (f->folder, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "is a folder without a datapackage.json");
  assert_refused (rua_alliance_open ("/dev/null", NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "is a device");
  assert_refused (rua_alliance_open ("postgresql://u:secret@host/db", NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                  "postgresql://u:…@host/db: is a PostgreSQL database");
  assert_refused (rua_alliance_open ("https://example.org/a.json", NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                  "an address on another machine");
  assert_refused (rua_alliance_open ("", NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "check its name");
  /* Told by content, whatever the name. */
  g_file_set_contents (other, sqlite, sizeof sqlite, &error);
  g_assert_no_error (error);
  assert_refused (rua_alliance_open (other, NULL, refusal_out), RUA_ERROR, RUA_ERROR_FAILED, "an SQLite file does");
  put_file (other, "PK\003\004rest", 0600);
  assert_refused (rua_alliance_open (other, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "a compressed file or a spreadsheet");
  put_file (other, "\037\213rest", 0600);
  assert_refused (rua_alliance_open (other, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "a compressed file");
}

/* What is no alliance but can become part of one says how; a document may be called so. */
static void
test_open_csv (Fixture *f, gconstpointer data)
{
  static const char *const names[] = { "register.csv", "register.tsv" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (f->folder, names[i], NULL);
    g_autoptr (RuaAlliance) alliance = NULL;
    g_autoptr (GError) error = NULL;

    assert_refused (rua_alliance_open (path, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "check its name");
    put_file (path, "\xef\xbb\xbf\r\nHouse,Persons\nh1,4\n", 0600);
    assert_refused (rua_alliance_open (path, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "import its rows into one");
    put_file (path, "", 0600);
    assert_refused (rua_alliance_open (path, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "is one table, of CSV");
    put_file (path, document, 0600);
    alliance = rua_alliance_open (path, NULL, &error);
    g_assert_no_error (error);
    g_assert_nonnull (alliance);
    /* Nobody finds a document again under such a name. */
    assert_refused (rua_alliance_save (alliance, path, RUA_SAVE_REPLACE, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                    "give a JSON document, an SQLite file");
    put_file (path, "", 0600);
  }
}

static void
test_open_unreadable (Fixture *f, gconstpointer data)
{
  if (geteuid () == 0) {
    g_test_skip ("root reads everything");
    return;
  }
  put_file (f->path, document, 0000);
  assert_refused (rua_alliance_open (f->path, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "ask its owner");
}

/* Refused by its size, without reading it. */
static void
test_open_five_gibibytes (Fixture *f, gconstpointer data)
{
  int fd = g_open (f->path, O_CREAT | O_WRONLY, 0600);
  gint64 start = g_get_monotonic_time ();

  g_assert_cmpint (fd, >=, 0);
  if (ftruncate (fd, (off_t) 5 << 30) != 0) {
    close (fd);
    g_test_skip ("no sparse file of 5 GiB here");
    return;
  }
  close (fd);
  assert_refused (rua_alliance_open (f->path, NULL, refusal_out), RUA_ERROR, RUA_ERROR_LIMIT, "greater than 4 GiB");
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
}

static gpointer
write_pipe (gpointer data)
{
  int fd = g_open (data, O_WRONLY, 0);

  for (gsize i = 0; i < strlen (document); i += 10) {
    g_assert_cmpint (write (fd, document + i, MIN (10, strlen (document) - i)), >, 0);
    g_usleep (200);
  }
  close (fd);
  return NULL;
}

/* As a shell's <(…) gives it: read to its end, however slowly it comes. */
static void
test_open_pipe (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  GThread *thread;

  g_assert_cmpint (mkfifo (f->path, 0600), ==, 0);
  thread = g_thread_new ("writer", write_pipe, f->path);
  alliance = rua_alliance_open (f->path, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (alliance);
  g_thread_join (thread);
}

static gpointer
cancel_soon (gpointer data)
{
  g_usleep (50000);
  g_cancellable_cancel (data);
  return NULL;
}

/* Nobody writes to it, so only cancelling ends the waiting. */
static void
test_open_pipe_cancelled (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GThread *thread;

  g_assert_cmpint (mkfifo (f->path, 0600), ==, 0);
  thread = g_thread_new ("cancel", cancel_soon, cancellable);
  assert_refused (rua_alliance_open (f->path, cancellable, refusal_out), G_IO_ERROR, G_IO_ERROR_CANCELLED, "");
  g_thread_join (thread);
  assert_refused (rua_alliance_open ("/no/such/file", cancellable, refusal_out), G_IO_ERROR, G_IO_ERROR_CANCELLED, "");
}

static void
test_standard_streams (void)
{
  if (g_test_subprocess ()) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaAlliance) alliance = NULL;
    int pipes[2];

    g_assert_cmpint (pipe (pipes), ==, 0);
    g_assert_cmpint (write (pipes[1], document, strlen (document)), ==, (gssize) strlen (document));
    close (pipes[1]);
    dup2 (pipes[0], STDIN_FILENO);
    alliance = rua_alliance_open ("-", NULL, &error);
    g_assert_no_error (error);
    g_assert_null (rua_alliance_get_location (alliance));
    rua_alliance_save (alliance, "-", RUA_SAVE_NONE, NULL, &error);
    g_assert_no_error (error);
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*\"format\": \"rural-alliance\"*\"id\": \"h1\"*");
}

static void
test_standard_input_faults (void)
{
  if (g_test_subprocess ()) {
    int fd = g_open ("/dev/null", O_RDONLY, 0);
    dup2 (fd, STDIN_FILENO);
    assert_refused (rua_alliance_open ("-", NULL, refusal_out), RUA_ERROR, RUA_ERROR_SYNTAX, "standard input:1:1: the text is empty");
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

/* ---- opening in a thread ---- */

typedef struct {
  GMainLoop *loop;
  GThread *thread;
  RuaAlliance *alliance;
  GError *error;
  guint n_steps;
  double fraction;
  gboolean is_saved;
} Waiting;

static void
on_progress (RuaProgress *progress, GParamSpec *pspec, gpointer data)
{
  Waiting *waiting = data;
  double fraction = rua_progress_get_fraction (progress);

  g_assert_true (g_thread_self () == waiting->thread);
  g_assert_cmpfloat (fraction, >, waiting->fraction);
  g_assert_cmpfloat (fraction, <=, 1);
  waiting->fraction = fraction;
  waiting->n_steps++;
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  Waiting *waiting = data;

  g_assert_true (g_thread_self () == waiting->thread);
  waiting->alliance = rua_alliance_open_finish (result, &waiting->error);
  g_main_loop_quit (waiting->loop);
}

static void
finish (Waiting *waiting)
{
  g_main_loop_unref (waiting->loop);
  g_clear_object (&waiting->alliance);
  g_clear_error (&waiting->error);
}

static void
test_open_async (Fixture *f, gconstpointer data)
{
  Waiting waiting = { g_main_loop_new (NULL, FALSE), g_thread_self () };
  g_autoptr (GString) text = g_string_new ("{\"format\": \"rural-alliance\", \"version\": 1, \"households\": [");
  g_autoptr (RuaProgress) progress = rua_progress_new ();

  g_signal_connect (progress, "notify::fraction", G_CALLBACK (on_progress), &waiting);
  for (guint i = 0; i < 200000; i++)
    g_string_append_printf (text, "%s{\"id\": \"h%u\"}", i > 0 ? "," : "", i);
  g_string_append (text, "]}");
  put_file (f->path, text->str, 0600);
  rua_alliance_open_async (f->path, NULL, progress, on_opened, &waiting);
  g_main_loop_run (waiting.loop);
  g_assert_no_error (waiting.error);
  g_assert_cmpuint (rua_table_get_n_records (rua_alliance_get_table (waiting.alliance, "household")), ==, 200000);
  g_assert_cmpuint (waiting.n_steps, >, 3);
  g_assert_cmpfloat (rua_progress_get_fraction (progress), ==, 1);
  finish (&waiting);
}

static void
test_open_async_refused (Fixture *f, gconstpointer data)
{
  Waiting waiting = { g_main_loop_new (NULL, FALSE), g_thread_self () };

  rua_alliance_open_async (f->path, NULL, NULL, on_opened, &waiting);
  g_main_loop_run (waiting.loop);
  g_assert_error (waiting.error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_null (waiting.alliance);
  finish (&waiting);
}

static void
test_open_async_cancelled (Fixture *f, gconstpointer data)
{
  Waiting waiting = { g_main_loop_new (NULL, FALSE), g_thread_self () };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GThread *thread;

  g_assert_cmpint (mkfifo (f->path, 0600), ==, 0);
  thread = g_thread_new ("cancel", cancel_soon, cancellable);
  rua_alliance_open_async (f->path, cancellable, NULL, on_opened, &waiting);
  g_main_loop_run (waiting.loop);
  g_assert_error (waiting.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
  finish (&waiting);
}

/* ---- saving ---- */

static void
test_save (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaAlliance) alliance = make_alliance ("h1");
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = g_filename_to_uri (f->path, NULL, NULL);
  mode_t mask = umask (0);

  g_assert_true (rua_alliance_save (alliance, f->path, RUA_SAVE_NONE, NULL, &error));
  umask (mask);
  g_assert_no_error (error);
  assert_file (f->path, document);
  g_assert_cmpuint (mode_of (f->path), ==, 0600);
  g_assert_cmpstr (rua_alliance_get_location (alliance), ==, uri);
  g_assert_cmpuint (count_files (f->folder), ==, 1);
}

static void
test_save_uri (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaAlliance) alliance = make_alliance ("h1");
  g_autofree char *path = g_build_filename (f->folder, "a b%41 寨.json", NULL);
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (rua_alliance_save (alliance, uri, RUA_SAVE_NONE, NULL, &error));
  g_assert_no_error (error);
  assert_file (path, document);
}

/* Nothing is written over without being asked to. */
static void
test_save_existing (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaAlliance) alliance = make_alliance ("h1");
  g_autoptr (GError) error = NULL;

  put_file (f->path, "mine", 0600);
  assert_refused (rua_alliance_save (alliance, f->path, RUA_SAVE_NONE, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_EXISTS, "ask for it to be replaced");
  assert_file (f->path, "mine");
  g_assert_null (rua_alliance_get_location (alliance));
  g_assert_true (rua_alliance_save (alliance, f->path, RUA_SAVE_REPLACE, NULL, &error));
  g_assert_no_error (error);
  assert_file (f->path, document);
  g_assert_cmpuint (count_files (f->folder), ==, 1);
}

/* The file's mode stays, whatever the mask of the process. */
static void
test_save_mode (Fixture *f, gconstpointer data)
{
  static const mode_t modes[] = { 0600, 0640, 0644, 0660, 0664, 0666, 0700, 0755 };
  static const mode_t masks[] = { 0000, 0022, 0077, 0777 };
  g_autoptr (RuaAlliance) alliance = make_alliance ("h1");

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    for (guint k = 0; k < G_N_ELEMENTS (masks); k++) {
      g_autoptr (GError) error = NULL;
      mode_t before;

      put_file (f->path, "old", modes[i]);
      before = umask (masks[k]);
      rua_alliance_save (alliance, f->path, RUA_SAVE_REPLACE, NULL, &error);
      umask (before);
      g_assert_no_error (error);
      g_assert_cmpuint (mode_of (f->path), ==, modes[i]);
      g_unlink (f->path);
    }
}

static void
test_save_link (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaAlliance) alliance = make_alliance ("h1");
  g_autofree char *inner = g_build_filename (f->folder, "inner", NULL);
  g_autofree char *target = g_build_filename (inner, "target.json", NULL);
  g_autofree char *middle = g_build_filename (inner, "middle.json", NULL);
  g_autofree char *read = NULL;
  g_autoptr (GError) error = NULL;

  /* alliance.json -> inner/middle.json -> target.json, first of a file that is not there yet. */
  g_assert_cmpint (g_mkdir (inner, 0700), ==, 0);
  g_assert_cmpint (symlink ("inner/middle.json", f->path), ==, 0);
  g_assert_cmpint (symlink ("target.json", middle), ==, 0);
  g_assert_true (rua_alliance_save (alliance, f->path, RUA_SAVE_NONE, NULL, &error));
  g_assert_no_error (error);
  assert_file (target, document);
  put_file (target, "old", 0640);
  assert_refused (rua_alliance_save (alliance, f->path, RUA_SAVE_NONE, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_EXISTS, "");
  g_assert_true (rua_alliance_save (alliance, f->path, RUA_SAVE_REPLACE, NULL, &error));
  g_assert_no_error (error);
  assert_file (target, document);
  g_assert_cmpuint (mode_of (target), ==, 0640);
  read = g_file_read_link (f->path, NULL);
  g_assert_cmpstr (read, ==, "inner/middle.json");
  g_assert_cmpuint (count_files (f->folder), ==, 2);
  g_assert_cmpuint (count_files (inner), ==, 2);
}

static void
test_save_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaAlliance) alliance = make_alliance ("h1");
  g_autofree char *loop = g_build_filename (f->folder, "loop", NULL);
  g_autofree char *fifo = g_build_filename (f->folder, "fifo", NULL);
  g_autofree char *missing = g_build_filename (f->folder, "no", "such", "folder.json", NULL);
  g_autofree char *below = g_build_filename (f->folder, "plain", "below.json", NULL);
  g_autofree char *plain = g_build_filename (f->folder, "plain", NULL);

  g_assert_cmpint (symlink ("loop", loop), ==, 0);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  put_file (plain, "x", 0600);
  assert_refused (rua_alliance_save (alliance, f->folder, RUA_SAVE_REPLACE, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_EXISTS, "there is a folder that is no Data Package");
  assert_refused (rua_alliance_save (alliance, fifo, RUA_SAVE_REPLACE, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "a pipe, a socket or a device");
  assert_refused (rua_alliance_save (alliance, "/dev/null", RUA_SAVE_REPLACE, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "a device");
  assert_refused (rua_alliance_save (alliance, loop, RUA_SAVE_REPLACE, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_TOO_MANY_LINKS, "");
  assert_refused (rua_alliance_save (alliance, missing, RUA_SAVE_NONE, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "make its folder first");
  assert_refused (rua_alliance_save (alliance, below, RUA_SAVE_NONE, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY, "");
  assert_refused (rua_alliance_save (alliance, "", RUA_SAVE_NONE, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "");
  assert_refused (rua_alliance_save (alliance, "postgresql://host/db", RUA_SAVE_NONE, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "PostgreSQL");
  assert_refused (rua_alliance_save (alliance, "sftp://host/a.json", RUA_SAVE_NONE, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "another machine");
  g_assert_cmpuint (count_files (f->folder), ==, 3);
  g_assert_null (rua_alliance_get_location (alliance));
}

static void
test_save_socket (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaAlliance) alliance = make_alliance ("h1");
  struct sockaddr_un address = { AF_UNIX, "" };
  int fd = socket (AF_UNIX, SOCK_STREAM, 0);

  g_assert_cmpuint (strlen (f->path), <, sizeof address.sun_path);
  strcpy (address.sun_path, f->path);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  assert_refused (rua_alliance_save (alliance, f->path, RUA_SAVE_REPLACE, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "a socket");
  close (fd);
}

static void
test_save_read_only (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaAlliance) alliance = make_alliance ("h1");

  if (geteuid () == 0) {
    g_test_skip ("root writes everywhere");
    return;
  }
  put_file (f->path, "mine", 0400);
  assert_refused (rua_alliance_save (alliance, f->path, RUA_SAVE_REPLACE, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "save it elsewhere");
  g_unlink (f->path);
  g_assert_cmpint (g_chmod (f->folder, 0500), ==, 0);
  assert_refused (rua_alliance_save (alliance, f->path, RUA_SAVE_NONE, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "save it elsewhere");
  g_assert_cmpint (g_chmod (f->folder, 0700), ==, 0);
  g_assert_cmpuint (count_files (f->folder), ==, 0);
}

/* A disk without room: the old file stays, nothing is left over. */
static void
test_save_no_room (void)
{
  if (g_test_subprocess ()) {
    g_autoptr (RuaAlliance) alliance = make_alliance ("h2");
    g_autofree char *folder = g_dir_make_tmp ("rua-store-XXXXXX", NULL);
    g_autofree char *path = g_build_filename (folder, "a.json", NULL);
    g_autofree char *other = g_build_filename (folder, "b.json", NULL);
    const struct rlimit limit = { 20, 20 };

    put_file (path, "mine", 0644);
    signal (SIGXFSZ, SIG_IGN);
    g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
    assert_refused (rua_alliance_save (alliance, path, RUA_SAVE_REPLACE, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_FAILED, "nothing was changed");
    assert_file (path, "mine");
    g_assert_cmpuint (mode_of (path), ==, 0644);
    assert_refused (rua_alliance_save (alliance, other, RUA_SAVE_NONE, NULL, refusal_out), G_IO_ERROR, G_IO_ERROR_FAILED, "nothing was changed");
    g_assert_cmpuint (count_files (folder), ==, 1);
    remove_all (folder);
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

static void
test_save_cancelled (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaAlliance) alliance = make_alliance ("h1");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_cancellable_cancel (cancellable);
  put_file (f->path, "mine", 0600);
  assert_refused (rua_alliance_save (alliance, f->path, RUA_SAVE_REPLACE, cancellable, refusal_out), G_IO_ERROR, G_IO_ERROR_CANCELLED, "");
  assert_file (f->path, "mine");
  g_assert_cmpuint (count_files (f->folder), ==, 1);
}

/* Killed at any moment, the saver leaves the old document or the new one, whole. */
static void
test_save_killed (Fixture *f, gconstpointer data)
{
  g_autoptr (RuaAlliance) small = make_alliance ("h1"), large = rua_alliance_new ();
  g_autoptr (RuaAppender) appender = rua_table_append (rua_alliance_get_table (large, "household"));
  g_autoptr (GError) error = NULL;
  guint n_small = 0, n_large = 0;

  for (guint i = 0; i < 20000; i++) {
    g_autofree char *id = g_strdup_printf ("h%u", i);
    rua_appender_set_text (appender, 0, id, -1, &error);
    rua_appender_end_row (appender);
  }
  rua_appender_commit (appender, &error);
  g_assert_no_error (error);
  rua_alliance_save (small, f->path, RUA_SAVE_NONE, NULL, &error);
  g_assert_no_error (error);
  for (guint round = 0; round < 25; round++) {
    g_autoptr (RuaAlliance) found = NULL;
    pid_t child = fork ();
    int status;
    guint n;

    if (child == 0) {
      for (guint i = 0;; i++)
        rua_alliance_save (i % 2 ? small : large, f->path, RUA_SAVE_REPLACE, NULL, NULL);
    }
    g_usleep (1000 + 1300 * round);
    kill (child, SIGKILL);
    g_assert_cmpint (waitpid (child, &status, 0), ==, child);
    g_assert_true (WIFSIGNALED (status));
    found = rua_alliance_open (f->path, NULL, &error);
    g_assert_no_error (error);
    n = rua_table_get_n_records (rua_alliance_get_table (found, "household"));
    g_assert_true (n == 1 || n == 20000);
    n_small += n == 1;
    n_large += n == 20000;
  }
  g_test_message ("found the small one %u times, the large one %u times", n_small, n_large);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  Waiting *waiting = data;

  g_assert_true (g_thread_self () == waiting->thread);
  waiting->is_saved = rua_alliance_save_finish (RUA_ALLIANCE (source), result, &waiting->error);
  g_main_loop_quit (waiting->loop);
}

/* What is saved is what the alliance was when the saving began. */
static void
test_save_async (Fixture *f, gconstpointer data)
{
  Waiting waiting = { g_main_loop_new (NULL, FALSE), g_thread_self () };
  g_autoptr (RuaAlliance) alliance = make_alliance ("h1");
  g_autoptr (RuaHousehold) late = rua_household_new ();
  g_autoptr (GError) error = NULL;

  rua_alliance_save_async (alliance, f->path, RUA_SAVE_NONE, NULL, on_saved, &waiting);
  rua_record_set_id (RUA_RECORD (late), "late", &error);
  rua_alliance_add (alliance, RUA_RECORD (late), &error);
  g_assert_no_error (error);
  g_main_loop_run (waiting.loop);
  g_assert_no_error (waiting.error);
  g_assert_true (waiting.is_saved);
  g_assert_nonnull (rua_alliance_get_location (alliance));
  assert_file (f->path, document);

  rua_alliance_save_async (alliance, f->path, RUA_SAVE_NONE, NULL, on_saved, &waiting);
  g_main_loop_run (waiting.loop);
  g_assert_error (waiting.error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_false (waiting.is_saved);
  assert_file (f->path, document);
  g_clear_error (&waiting.error);
  g_main_loop_unref (waiting.loop);
}

/* Whoever cancels when the file is there is not told that nothing was saved. */
static void
test_save_async_cancelled_late (Fixture *f, gconstpointer data)
{
  Waiting waiting = { g_main_loop_new (NULL, FALSE), g_thread_self () };
  g_autoptr (RuaAlliance) alliance = make_alliance ("h1");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  rua_alliance_save_async (alliance, f->path, RUA_SAVE_NONE, cancellable, on_saved, &waiting);
  for (guint i = 0; i < 20000 && !g_file_test (f->path, G_FILE_TEST_EXISTS); i++)
    g_usleep (1000);
  g_cancellable_cancel (cancellable);
  g_main_loop_run (waiting.loop);
  g_assert_no_error (waiting.error);
  g_assert_true (waiting.is_saved);
  assert_file (f->path, document);
  g_main_loop_unref (waiting.loop);
}

#define ADD(path, function) g_test_add ("/store/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("open", test_open);
  ADD ("open-any-name", test_open_any_name);
  ADD ("open-faults", test_open_faults);
  ADD ("open-refused", test_open_refused);
  ADD ("open-csv", test_open_csv);
  ADD ("open-unreadable", test_open_unreadable);
  ADD ("open-five-gibibytes", test_open_five_gibibytes);
  ADD ("open-pipe", test_open_pipe);
  ADD ("open-pipe-cancelled", test_open_pipe_cancelled);
  g_test_add_func ("/store/standard-streams", test_standard_streams);
  g_test_add_func ("/store/standard-input-faults", test_standard_input_faults);
  ADD ("open-async", test_open_async);
  ADD ("open-async-refused", test_open_async_refused);
  ADD ("open-async-cancelled", test_open_async_cancelled);
  ADD ("save", test_save);
  ADD ("save-uri", test_save_uri);
  ADD ("save-existing", test_save_existing);
  ADD ("save-mode", test_save_mode);
  ADD ("save-link", test_save_link);
  ADD ("save-refused", test_save_refused);
  ADD ("save-socket", test_save_socket);
  ADD ("save-read-only", test_save_read_only);
  g_test_add_func ("/store/save-no-room", test_save_no_room);
  ADD ("save-cancelled", test_save_cancelled);
  ADD ("save-killed", test_save_killed);
  ADD ("save-async", test_save_async);
  ADD ("save-async-cancelled-late", test_save_async_cancelled_late);
  return g_test_run ();
}
