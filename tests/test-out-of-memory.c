/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The Nth allocation fails. GLib ends the process then, and what can tell an error does; either way the file
 * holds what it held or what was saved, whole. Only one fails: were there nothing left at all, GLib would not find
 * the memory for its last words, and look for it until the stack is full. */
#include "fault-case.h"
#include "rua-csv-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define HAS_OWN_MALLOC 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_OWN_MALLOC 1
#endif
#endif

/* In memory that a child shares with its parent. */
typedef struct {
  guint64 n_allocations;
  guint64 fails_at; /* 0: never, and nothing is counted */
  guint64 too_large; /* allocations of so many bytes fail; 0: none */
} Memory;

static Memory *memory;

#if defined(__GLIBC__) && !defined(HAS_OWN_MALLOC)

void *__libc_malloc (size_t size);
void *__libc_calloc (size_t n, size_t size);
void *__libc_realloc (void *old, size_t size);

static gboolean
is_out (gsize size)
{
  guint64 n;

  if (memory != NULL && memory->too_large > 0 && size >= memory->too_large) {
    errno = ENOMEM;
    return TRUE;
  }
  if (memory == NULL || memory->fails_at == 0)
    return FALSE;
  n = __atomic_add_fetch (&memory->n_allocations, 1, __ATOMIC_RELAXED);
  if (n != memory->fails_at)
    return FALSE;
  errno = ENOMEM;
  return TRUE;
}

/* These stand before the C library's, for every library of the process. */
void *
malloc (size_t size)
{
  return is_out (size) ? NULL : __libc_malloc (size);
}

void *
calloc (size_t n, size_t size)
{
  return is_out (n * size) ? NULL : __libc_calloc (n, size);
}

void *
realloc (void *old, size_t size)
{
  return size > 0 && is_out (size) ? NULL : __libc_realloc (old, size);
}

#define CAN_FAIL TRUE
#else
#define CAN_FAIL FALSE
#endif

typedef enum { ENDED, REFUSED, DONE } Outcome;

/* What @function comes to, in a process of its own whose @n-th allocation fails. */
static Outcome
run (gboolean (*function) (RuaAlliance *alliance, const char *path), RuaAlliance *alliance, const char *path, guint64 n)
{
  pid_t child;
  int status;

  memory->n_allocations = 0;
  memory->fails_at = 0;
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0) {
    struct rlimit none = { 0, 0 };
    int fd = g_open ("/dev/null", O_WRONLY, 0);

    /* Its last words are none of the test's. */
    dup2 (fd, STDERR_FILENO);
    dup2 (fd, STDOUT_FILENO);
    setrlimit (RLIMIT_CORE, &none);
    memory->fails_at = n;
    _exit (function (alliance, path) ? 0 : 1);
  }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  memory->fails_at = 0;
  if (WIFSIGNALED (status)) {
    /* It ends itself, and not by reading what is not there. */
    g_assert_true (WTERMSIG (status) == SIGABRT || WTERMSIG (status) == SIGTRAP);
    return ENDED;
  }
  g_assert_cmpint (WEXITSTATUS (status), <=, 1);
  return WEXITSTATUS (status) == 0 ? DONE : REFUSED;
}

static gboolean
save (RuaAlliance *alliance, const char *path)
{
  g_autoptr (GError) error = NULL;
  gboolean done = rua_alliance_save (alliance, path, RUA_SAVE_REPLACE, NULL, &error);

  return done;
}

static gboolean
save_in_place (RuaAlliance *alliance, const char *path)
{
  int fd = g_open (path, O_WRONLY | O_TRUNC | O_CLOEXEC, 0);
  g_autofree char *text = fault_document (alliance);
  gssize n = write (fd, text, strlen (text));

  close (fd);
  return n > 0;
}

static gboolean
open_there (RuaAlliance *alliance, const char *path)
{
  g_autoptr (RuaAlliance) opened = rua_alliance_open (path, NULL, NULL);

  return opened != NULL;
}

/* How many files were torn, of @counts outcomes, with allocations failing that are ever further on. */
static guint
run_short (const FaultStore *store, gboolean (*function) (RuaAlliance *alliance, const char *path), guint counts[3])
{
  g_autofree char *folder = fault_make_folder (), *path = g_build_filename (folder, store->name, NULL);
  g_autoptr (RuaAlliance) first = fault_alliance (1, 60), new = fault_alliance (2, 90);
  g_autofree char *before = fault_document (first), *after = fault_document (new);
  guint n_torn = 0;
  gboolean is_over = FALSE;

  for (guint64 n = 1; !is_over; n += 1 + n / fault_trials (4)) {
    Outcome outcome;
    g_autoptr (GError) error = NULL;
    /* A new one each time: a store may refuse one that was saved there before somebody else was. */
    g_autoptr (RuaAlliance) old = fault_alliance (1, 60), found = NULL;
    g_autofree char *document = NULL;

    rua_alliance_save (old, path, RUA_SAVE_REPLACE, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (fault_count_files (folder), ==, 1);
    outcome = run (function, new, path, n);
    counts[outcome]++;
    is_over = memory->n_allocations < n;
    if (is_over)
      g_assert_cmpint (outcome, ==, DONE);
    found = rua_alliance_open (path, NULL, &error);
    if (found != NULL)
      document = fault_document (found);
    if (g_strcmp0 (document, before) != 0 && g_strcmp0 (document, after) != 0)
      n_torn++;
    else if (outcome == DONE && function == save)
      g_assert_true (g_str_equal (document, after));
  }
  fault_remove (folder);
  return n_torn;
}

static gboolean
can_fail (void)
{
  if (!CAN_FAIL || g_getenv ("RUA_SLOW_MACHINE") != NULL)
    g_test_skip ("the sanitizer, or valgrind, gives out memory itself");
  return CAN_FAIL && g_getenv ("RUA_SLOW_MACHINE") == NULL;
}

static void
test_save (gconstpointer store)
{
  guint counts[3] = { 0 }, n_torn;

  if (!can_fail ())
    return;
  n_torn = run_short (store, save, counts);
  g_test_message ("saving: %u times the process ended, %u times it was told, %u times it was saved; %u torn", counts[ENDED], counts[REFUSED], counts[DONE], n_torn);
  g_assert_cmpuint (counts[ENDED] + counts[REFUSED], >, 5);
  g_assert_cmpuint (n_torn, ==, 0);
}

static void
test_save_in_place (void)
{
  guint counts[3] = { 0 };

  if (can_fail ())
    g_assert_cmpuint (run_short (&fault_stores[0], save_in_place, counts), >, 0);
}

/* Reading needs more and more, and harms nothing. */
static void
test_open (gconstpointer store)
{
  guint counts[3] = { 0 };

  if (!can_fail ())
    return;
  g_assert_cmpuint (run_short (store, open_there, counts), ==, 0);
  g_test_message ("opening: %u times the process ended, %u times it was told, %u times it was open", counts[ENDED], counts[REFUSED], counts[DONE]);
  g_assert_cmpuint (counts[ENDED] + counts[REFUSED], >, 5);
}

/* What is as long as a file, is told where there is no room for it: a text that is read whole, and is converted. */
static gboolean
read_gb18030 (RuaAlliance *alliance, const char *path)
{
  RuaCsvDialect dialect = { .encoding = "gb18030" };
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaCsv) csv = NULL;
  gsize length;

  memory->too_large = 0;
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  bytes = g_bytes_new_static (text, length);
  memory->too_large = length / 2;
  csv = rua_csv_new (bytes, "a.csv", &dialect, NULL, NULL, &error);
  memory->too_large = 0;
  if (csv == NULL && !g_error_matches (error, RUA_ERROR, RUA_ERROR_LIMIT))
    g_error ("%s", error->message);
  return csv != NULL;
}

static gboolean
open_large (RuaAlliance *alliance, const char *path)
{
  struct stat st;
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) opened = NULL;

  g_assert_cmpint (g_stat (path, &st), ==, 0);
  memory->too_large = (guint64) st.st_size;
  opened = rua_alliance_open (path, NULL, &error);
  memory->too_large = 0;
  if (opened == NULL && (error == NULL || strstr (error->message, "memory") == NULL))
    g_error ("%s", error != NULL ? error->message : "no error");
  return opened != NULL;
}

static void
test_large (void)
{
  static const char *const names[] = { "alliance.json", "alliance.rua" };
  g_autofree char *folder = fault_make_folder (), *csv = g_build_filename (folder, "a.csv", NULL);
  g_autoptr (RuaAlliance) alliance = fault_alliance (1, 20000);
  g_autofree char *line = g_strnfill (2000000, 'a');
  g_autoptr (GError) error = NULL;

  if (can_fail ()) {
    line[1] = line[1000] = '\n';
    g_assert_true (g_file_set_contents (csv, line, 2000000, &error));
    g_assert_cmpint (run (read_gb18030, alliance, csv, 0), ==, REFUSED);
    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      rua_alliance_save (alliance, path, RUA_SAVE_NONE, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpint (run (open_large, alliance, path, 0), ==, REFUSED);
    }
  }
  fault_remove (folder);
}

int
main (int argc, char *argv[])
{
  memory = mmap (NULL, sizeof (Memory), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  g_assert_true (memory != MAP_FAILED);
  fault_take_arguments (&argc, argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/out-of-memory/in-place", test_save_in_place);
  g_test_add_func ("/out-of-memory/large", test_large);
  for (guint i = 0; i < fault_n_stores; i++) {
    g_autofree char *saving = g_strdup_printf ("/out-of-memory/save/%s", fault_stores[i].words);
    g_autofree char *opening = g_strdup_printf ("/out-of-memory/open/%s", fault_stores[i].words);

    g_test_add_data_func (saving, &fault_stores[i], test_save);
    g_test_add_data_func (opening, &fault_stores[i], test_open);
  }
  return g_test_run ();
}
