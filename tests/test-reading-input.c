/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is read from where: tables and documents out of files, pipes and standard input, the limits of each, and what is
 * said of a place that cannot be read. */
#include "rua-csv-private.h"
#include "rua-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
  char *folder;
  int input; /* what standard input was */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("rua-reading-XXXXXX", NULL);
  f->input = dup (STDIN_FILENO);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  static const char *const names[] = { "t.csv", "pipe", "datapackage.json", "caf\xe9.csv", "closed" };

  dup2 (f->input, STDIN_FILENO);
  close (f->input);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (f->folder, names[i], NULL);

    g_unlink (path);
  }
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
}

typedef struct {
  char *path; /* of a pipe, or NULL for @fd */
  int fd;
  const char *text;
  guint times;
} Writing;

static gpointer
write_text (gpointer data)
{
  Writing *self = data;
  int fd = self->path ? open (self->path, O_WRONLY | O_CLOEXEC) : self->fd;
  gboolean open = fd >= 0;

  /* The reader may have had enough. */
  for (guint i = 0; open && i < self->times; i++)
    open = write (fd, self->text, strlen (self->text)) > 0;
  close (fd);
  g_free (self->path);
  g_free (self);
  return NULL;
}

/* Writes @text @times to standard input, as fast as it is read. */
static GThread *
feed_input (const char *text, guint times)
{
  Writing *writing = g_new0 (Writing, 1);
  int ends[2];

  g_assert_cmpint (pipe (ends), ==, 0);
  g_assert_cmpint (dup2 (ends[0], STDIN_FILENO), >=, 0);
  close (ends[0]);
  *writing = (Writing) { NULL, ends[1], text, times };
  return g_thread_new ("writer", write_text, writing);
}

static GThread *
feed_pipe (const char *path, const char *text)
{
  Writing *writing = g_new0 (Writing, 1);

  *writing = (Writing) { g_strdup (path), -1, text, 1 };
  return g_thread_new ("writer", write_text, writing);
}

static void
close_input (void)
{
  int fd = open ("/dev/null", O_RDONLY | O_CLOEXEC);

  dup2 (fd, STDIN_FILENO);
  close (fd);
}

static RuaCsv *
open_csv (const char *path, const RuaCsvLimits *limits, GCancellable *cancellable, GError **error)
{
  return rua_csv_open (path, &(RuaCsvDialect) { .separator = ',' }, limits, cancellable, error);
}

static void
assert_table (RuaCsv *csv, const char *name, const char *column)
{
  g_assert_cmpstr (rua_csv_get_name (csv), ==, name);
  g_assert_cmpuint (rua_csv_get_n_columns (csv), ==, 2);
  g_assert_cmpint (rua_csv_find (csv, column, NULL), ==, 1);
}

/* ---- tables ---- */

static void
test_csv_input (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GThread *writer = feed_input ("id,wert\na,1\n", 1);
  g_autoptr (RuaCsv) csv = open_csv ("-", NULL, NULL, &error);

  g_assert_no_error (error);
  assert_table (csv, "standard input", "wert");
  g_thread_join (writer);
  /* Faults call it by the same name. */
  g_assert_cmpint (rua_csv_find (csv, "wort", &error), ==, -1);
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_assert_cmpstr (error->message, ==, "standard input has no column \"wort\"; its columns are: id, wert");
}

static void
test_csv_pipe (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "pipe", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaCsv) csv = NULL;
  GThread *writer;

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  writer = feed_pipe (path, "id,wert\na,1\n");
  csv = open_csv (path, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_table (csv, "pipe", "wert");
  g_thread_join (writer);
}

/* A pipe that never ends is left where the limit is, and is said by name. */
static void
test_csv_too_long (Fixture *f, gconstpointer data)
{
  const RuaCsvLimits limits = { .bytes = 100000 };
  g_autofree char *row = g_strnfill (4096, 'x');
  g_autoptr (GError) error = NULL;
  GThread *writer = feed_input (row, 4096);

  g_assert_null (open_csv ("-", &limits, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  g_assert_cmpstr (error->message, ==, "standard input: more bytes than can be read from a pipe; give a file");
  close_input ();
  g_thread_join (writer);
}

static void
test_csv_cancelled (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *writer = feed_input ("id,wert\n", 1);

  g_cancellable_cancel (cancellable);
  g_assert_null (open_csv ("-", NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (writer);
}

static void
test_csv_unreadable (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "t.csv", NULL), *odd = g_build_filename (f->folder, "caf\xe9.csv", NULL), *want = NULL;
  g_autofree char *shown = g_filename_display_name (odd);
  g_autoptr (GError) error = NULL;

  g_assert_null (open_csv (path, NULL, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_assert_true (g_str_has_prefix (error->message, path));
  g_clear_error (&error);
  /* A name that is not UTF-8 is told in a message that is. */
  g_assert_null (open_csv (odd, NULL, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_true (g_str_has_prefix (error->message, shown));
  g_clear_error (&error);
  g_assert_null (open_csv (f->folder, NULL, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_ISDIR);
  want = g_strdup_printf ("%s: cannot be read: %s", f->folder, g_strerror (EISDIR));
  g_assert_cmpstr (error->message, ==, want);
  g_clear_error (&error);
  /* Standard input that was opened to be written to. */
  {
    g_autofree char *closed = g_build_filename (f->folder, "closed", NULL);
    int fd;

    g_assert_cmpint (mkfifo (closed, 0600), ==, 0);
    fd = open (closed, O_RDWR | O_CLOEXEC);
    dup2 (fd, STDIN_FILENO);
    close (fd);
    fd = open (closed, O_WRONLY | O_CLOEXEC);
    dup2 (fd, STDIN_FILENO);
    close (fd);
    g_assert_null (open_csv ("-", NULL, NULL, &error));
    g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_BADF);
    g_assert_true (g_str_has_prefix (error->message, "standard input: cannot be read: "));
  }
}

/* ---- documents ---- */

static GBytes *
read_place (const char *place, guint64 limit, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaLocation) location = rua_location_new (place);

  return rua_location_read (location, limit, cancellable, error);
}

static void
assert_bytes (GBytes *bytes, const char *text)
{
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text));
}

static void
test_document_input (Fixture *f, gconstpointer data)
{
  g_autofree char *line = g_strnfill (1023, 'y'), *path = g_build_filename (f->folder, "pipe", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL, more = NULL, piped = NULL, none = NULL;
  GThread *writer = feed_input ("{}", 1);

  bytes = read_place ("-", 0, NULL, &error);
  g_assert_no_error (error);
  assert_bytes (bytes, "{}");
  g_thread_join (writer);
  /* Of which nobody knows beforehand how long it is. */
  line[1022] = '\n';
  writer = feed_input (line, 300);
  more = read_place ("-", 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (more), ==, 300 * 1023);
  g_assert_cmpint (((const char *) g_bytes_get_data (more, NULL))[300 * 1023 - 1], ==, '\n');
  g_thread_join (writer);
  /* A pipe may be opened before there is anyone to write. */
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  writer = feed_pipe (path, "[1]");
  piped = read_place (path, 0, NULL, &error);
  g_assert_no_error (error);
  assert_bytes (piped, "[1]");
  g_thread_join (writer);
  close_input ();
  none = read_place ("-", 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (none), ==, 0);
}

static void
test_document_limits (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "t.csv", NULL), *want = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) all = NULL;
  GThread *writer = feed_input ("0123456789", 10);

  g_assert_null (read_place ("-", 99, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  g_assert_cmpstr (error->message, ==, "standard input: has more than 99 bytes, the limit; give a smaller file, or raise the limit of bytes");
  g_clear_error (&error);
  close_input ();
  g_thread_join (writer);
  g_assert_true (g_file_set_contents (path, "0123456789", -1, &error));
  g_assert_null (read_place (path, 9, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  want = g_strdup_printf ("%s: has more than 9 bytes, the limit; give a smaller file, or raise the limit of bytes", path);
  g_assert_cmpstr (error->message, ==, want);
  g_clear_error (&error);
  all = read_place (path, 10, NULL, &error);
  g_assert_no_error (error);
  assert_bytes (all, "0123456789");
}

/* A file of more than 4 GiB takes no room where it is sparse; without a limit the mend is to split it. */
static void
test_document_greatest (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "t.csv", NULL), *want = g_strconcat (path, ": is greater than 4 GiB; split it into several files", NULL);
  g_autoptr (GError) error = NULL;
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  if (ftruncate (fd, G_GINT64_CONSTANT (0x100000000)) != 0) {
    close (fd);
    g_test_skip ("the file system has no room for it");
    return;
  }
  close (fd);
  g_assert_null (read_place (path, 0, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  g_assert_cmpstr (error->message, ==, want);
}

static void
test_document_unreadable (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "t.csv", NULL), *below = g_build_filename (path, "x.json", NULL);
  g_autofree char *folder = g_strconcat (f->folder, ": is a folder; give a file, or - for standard input", NULL), *missing = NULL, *no_folder = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (RuaLocation) location = NULL;
  g_autoptr (GError) error = NULL;
  int fd;

  g_assert_null (read_place (path, 0, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  missing = g_strdup_printf ("%s: cannot be read: %s; check its name", path, g_strerror (ENOENT));
  g_assert_cmpstr (error->message, ==, missing);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (path, "", -1, &error));
  g_assert_null (read_place (below, 0, NULL, &error));
  no_folder = g_strdup_printf ("%s: cannot be read: %s", below, g_strerror (ENOTDIR));
  g_assert_cmpstr (error->message, ==, no_folder);
  g_clear_error (&error);
  g_assert_null (read_place (f->folder, 0, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY);
  g_assert_cmpstr (error->message, ==, folder);
  g_clear_error (&error);
  g_assert_null (read_place ("/dev/null", 0, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  g_assert_cmpstr (error->message, ==, "/dev/null: is a device; give a file, or - for standard input");
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_null (read_place (path, 0, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  /* To be mapped, there must be something. */
  location = rua_location_new (path);
  g_assert_null (rua_location_map (location, &fd, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_true (g_str_has_suffix (error->message, "; it is empty"));
  g_clear_error (&error);
  g_unlink (path);
  g_assert_null (rua_location_map (location, &fd, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_true (g_str_has_suffix (error->message, "; check its name, or ask its owner for the right to read it"));
  g_clear_error (&error);
  g_assert_null (rua_location_peek (location));
}

/* Cancelled in another thread while nobody writes. */
static gpointer
cancel_soon (gpointer data)
{
  g_usleep (20000);
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_document_cancelled (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "pipe", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread;

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  thread = g_thread_new ("canceller", cancel_soon, cancellable);
  g_assert_null (read_place (path, 0, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
}

/* What a place is told from, and what of it is told: never a password. */
static void
test_places (Fixture *f, gconstpointer data)
{
  static const struct {
    const char *place;
    RuaLocationType type;
    const char *name, *path;
  } places[] = {
    { "-", RUA_LOCATION_STREAM, "-", NULL },
    { "/a/b.json", RUA_LOCATION_FILE, "/a/b.json", "/a/b.json" },
    { "file:///a/b%20c.json", RUA_LOCATION_FILE, "/a/b c.json", "/a/b c.json" },
    { "/a/datapackage.json", RUA_LOCATION_FILE, "/a/", "/a" },
    { "/a/my-datapackage.json", RUA_LOCATION_FILE, "/a/my-datapackage.json", "/a/my-datapackage.json" },
    { "postgresql://user:secret@host/base", RUA_LOCATION_ADDRESS, "postgresql://user:…@host/base", NULL },
    { "postgresql://user:se@cret@host/base", RUA_LOCATION_ADDRESS, "postgresql://user:…@host/base", NULL },
    { "postgresql://user@host:5432/base", RUA_LOCATION_ADDRESS, "postgresql://user@host:5432/base", NULL },
    { "postgresql://host:5432/a@b", RUA_LOCATION_ADDRESS, "postgresql://host:5432/a@b", NULL },
    { "git+ssh.x-1://user:secret@host", RUA_LOCATION_ADDRESS, "git+ssh.x-1://user:…@host", NULL },
    /* What only looks like an address is a file. */
    { "/a://b", RUA_LOCATION_FILE, "/a://b", "/a:/b" },
    { "/a b/c.json", RUA_LOCATION_FILE, "/a b/c.json", "/a b/c.json" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    g_autoptr (RuaLocation) location = rua_location_new (places[i].place), copy = rua_location_copy (location);
    g_autofree char *uri = rua_location_dup_uri (location);

    g_assert_cmpint (copy->type, ==, places[i].type);
    g_assert_cmpstr (copy->name, ==, places[i].name);
    g_assert_cmpstr (copy->path, ==, places[i].path);
    if (places[i].path)
      g_assert_true (g_str_has_prefix (uri, "file:///a"));
    else
      g_assert_null (uri);
  }
  {
    g_autoptr (RuaLocation) odd = rua_location_new ("my file://b"), here = rua_location_new ("datapackage.json");
    g_autofree char *folder = g_get_current_dir ();

    g_assert_cmpint (odd->type, ==, RUA_LOCATION_FILE);
    g_assert_cmpstr (odd->name, ==, "my file://b");
    g_assert_cmpstr (here->path, ==, folder);
  }
}

#define ADD(path, function) g_test_add ("/reading-input/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  /* A reader that leaves is no reason to end. */
  signal (SIGPIPE, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
  ADD ("csv/input", test_csv_input);
  ADD ("csv/pipe", test_csv_pipe);
  ADD ("csv/too-long", test_csv_too_long);
  ADD ("csv/cancelled", test_csv_cancelled);
  ADD ("csv/unreadable", test_csv_unreadable);
  ADD ("document/input", test_document_input);
  ADD ("document/limits", test_document_limits);
  ADD ("document/greatest", test_document_greatest);
  ADD ("document/unreadable", test_document_unreadable);
  ADD ("document/cancelled", test_document_cancelled);
  ADD ("places", test_places);
  return g_test_run ();
}
