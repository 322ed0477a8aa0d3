/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each call to the system that a save makes fails once: the error says so, what was there is there, whole, and
 * nothing else is left behind. */
#include "fault-case.h"
#include "file-calls.h"
#include "rua-random-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef gboolean (*Saver) (RuaAlliance *alliance, const char *path, RuaSaveFlags flags, GError **error);

/* Which calls fail, and how. */
typedef struct {
  guint32 types; /* bits */
  int reason;
  gboolean from_then_on; /* a disk that is full stays full */
} Failing;

#define BIT(type) (1u << FILE_CALL_##type)

static const Failing failings[] = {
  { BIT (WRITE) | BIT (OPEN) | BIT (TRUNCATE), ENOSPC, TRUE },
  { BIT (WRITE), ENOSPC, FALSE },
  { BIT (WRITE) | BIT (SYNC) | BIT (CLOSE) | BIT (TRUNCATE), EIO, FALSE },
  { BIT (SYNC), EIO, TRUE },
  { BIT (OPEN), EMFILE, FALSE },
  { BIT (OPEN) | BIT (MKDIR), EACCES, FALSE },
  { BIT (RENAME) | BIT (LINK), EIO, FALSE },
  { BIT (RENAME) | BIT (LINK), EPERM, TRUE },
  { BIT (CHMOD), EPERM, TRUE },
};

typedef struct {
  const Failing *failing;
  guint at, seen;
  gboolean is_renamed; /* what is saved has its name */
  gboolean has_failed, failed_after_renaming, failed_to_sync;
  char *first;
} Trial;

static int
before_call (FileCall *call, gpointer data)
{
  Trial *trial = data;

  if (!(trial->failing->types >> call->type & 1))
    return 0;
  /* Looking takes no room. */
  if (trial->failing->reason == ENOSPC && call->type == FILE_CALL_OPEN && !(call->flags & O_CREAT))
    return 0;
  trial->seen++;
  if (trial->seen < trial->at || (trial->seen > trial->at && !trial->failing->from_then_on))
    return 0;
  if (!trial->has_failed)
    trial->first = g_strdup_printf ("%s of %s", file_call_type_to_string (call->type), call->path);
  trial->has_failed = TRUE;
  trial->failed_after_renaming |= trial->is_renamed;
  trial->failed_to_sync |= call->type == FILE_CALL_SYNC;
  return trial->failing->reason;
}

static void
after_call (const FileCall *call, gssize result, gpointer data)
{
  Trial *trial = data;

  if (call->type == FILE_CALL_RENAME || call->type == FILE_CALL_LINK)
    trial->is_renamed = TRUE;
}

static gboolean
save_well (RuaAlliance *alliance, const char *path, RuaSaveFlags flags, GError **error)
{
  return rua_alliance_save (alliance, path, flags, NULL, error);
}

/* How not to do it. */
static gboolean
save_in_place (RuaAlliance *alliance, const char *path, RuaSaveFlags flags, GError **error)
{
  g_autofree char *text = fault_document (alliance);
  int fd = g_open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  gboolean done = fd >= 0 && write (fd, text, strlen (text)) == strlen (text) && fsync (fd) == 0;

  if (fd >= 0 && close (fd) != 0)
    done = FALSE;
  if (!done)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: no", path);
  return done;
}

static char *
open_document (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) alliance = rua_alliance_open (path, NULL, &error);

  return alliance != NULL ? fault_document (alliance) : g_strdup (error->message);
}

/* What a file may be after a save that failed or did not. */
typedef struct {
  char *old_document, *new_document; /* the old one may be NULL */
  guint n_files; /* beside it, once saved */
} Expected;

/* What is left of the old one, when it could not be removed any more, is removed by the next save. */
static gboolean
is_swept (const char *folder, const char *path)
{
  g_autoptr (RuaAlliance) another = fault_alliance (3, 5);

  return save_well (another, path, RUA_SAVE_REPLACE, NULL) && fault_count_files (folder) == 1;
}

/* NULL, or what is wrong. */
static char *
judge (const char *folder, const char *path, const Expected *expected, const Trial *trial, gboolean done, const GError *error)
{
  g_autofree char *document = g_file_test (path, G_FILE_TEST_EXISTS) ? open_document (path) : NULL;
  gboolean is_old = g_strcmp0 (document, expected->old_document) == 0, is_new = g_strcmp0 (document, expected->new_document) == 0;
  guint n_files = fault_count_files (folder);

  if (!is_old && !is_new)
    return g_strdup_printf ("it holds %s", document);
  if (done && !is_new)
    return g_strdup ("it is said to be saved, and is not");
  if (done && trial->failed_to_sync)
    return g_strdup ("it is said to be on the disk, and may not be");
  if (!done && (error == NULL || *error->message == '\0'))
    return g_strdup ("no error is told");
  if (!done && strstr (error->message, "alliance") == NULL)
    return g_strdup_printf ("the error names no file: %s", error->message);
  /* Nothing can take back what has its name already; then the error has to say so. */
  if (!done && is_new && (!trial->failed_after_renaming || strstr (error->message, "power") == NULL))
    return g_strdup_printf ("it is changed, and the error says: %s", error->message);
  if (n_files != (document != NULL ? expected->n_files : 0) && !(trial->failed_after_renaming && is_swept (folder, path)))
    return g_strdup_printf ("%u files are there", n_files);
  return NULL;
}

/* How many trials went wrong, of all @n. */
static guint
try_failing (const FaultStore *store, Saver save, const Failing *failing, gboolean over, guint *n)
{
  g_autoptr (RuaAlliance) old = fault_alliance (1, 30), new = fault_alliance (2, 40);
  Expected expected = { over ? fault_document (old) : NULL, fault_document (new), 1 };
  guint n_wrong = 0;

  for (guint at = 1;; at++) {
    g_autofree char *folder = fault_make_folder (), *path = g_build_filename (folder, store->name, NULL);
    g_autofree char *wrong = NULL;
    g_autoptr (GError) error = NULL, local = NULL;
    Trial trial = { failing, at };
    gboolean done;

    if (over) {
      save_well (old, path, RUA_SAVE_NONE, &error);
      g_assert_no_error (error);
    }
    file_calls_watch (folder, before_call, after_call, &trial);
    done = save (new, path, RUA_SAVE_REPLACE, &local);
    file_calls_forget ();
    wrong = judge (folder, path, &expected, &trial, done, local);
    if (wrong != NULL && save == save_well)
      g_test_message ("%s, %s, call %u (%s) fails with %s: %s", store->words, over ? "over an old one" : "new", at,
                      trial.has_failed ? trial.first : "none", g_strerror (failing->reason), wrong);
    n_wrong += wrong != NULL;
    g_free (trial.first);
    fault_remove (folder);
    if (!trial.has_failed) {
      g_assert_true (done);
      break;
    }
    (*n)++;
  }
  g_free (expected.old_document);
  g_free (expected.new_document);
  return n_wrong;
}

static void
test_failing (gconstpointer data)
{
  const FaultStore *store = data;
  guint n_trials = 0, n_wrong = 0;

  for (guint i = 0; i < G_N_ELEMENTS (failings); i++)
    for (guint over = 0; over < 2; over++)
      n_wrong += try_failing (store, save_well, &failings[i], over, &n_trials);
  g_test_message ("%s: %u failing calls, %u badly taken", store->words, n_trials, n_wrong);
  g_assert_cmpuint (n_trials, >, 20);
  g_assert_cmpuint (n_wrong, ==, 0);
}

static void
test_failing_badly (void)
{
  guint n_trials = 0, n_wrong = 0;

  for (guint i = 0; i < G_N_ELEMENTS (failings); i++)
    n_wrong += try_failing (&fault_stores[0], save_in_place, &failings[i], TRUE, &n_trials);
  g_test_message ("in place: %u failing calls, %u badly taken", n_trials, n_wrong);
  g_assert_cmpuint (n_wrong, >, 0);
}

/* ---- short writes ---- */

static int
shorten (FileCall *call, gpointer data)
{
  RuaRandom *random = data;

  if (call->type == FILE_CALL_WRITE && call->length > 1 && rua_random_below (random, 2) == 0)
    call->length = 1 + rua_random_below (random, (guint32) MIN (call->length - 1, 5000));
  return 0;
}

static void
test_short_writes (gconstpointer data)
{
  const FaultStore *store = data;
  g_autofree char *folder = fault_make_folder (), *path = g_build_filename (folder, store->name, NULL);
  g_autoptr (RuaAlliance) alliance = fault_alliance (3, 300);
  g_autofree char *document = fault_document (alliance), *found = NULL;
  g_autoptr (GError) error = NULL;
  guint seed = (guint) g_test_rand_int ();
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  file_calls_watch (folder, shorten, NULL, &random);
  rua_alliance_save (alliance, path, RUA_SAVE_NONE, NULL, &error);
  file_calls_forget ();
  g_assert_no_error (error);
  found = open_document (path);
  g_assert_true (g_str_equal (found, document));
  fault_remove (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/failing-calls/badly", test_failing_badly);
  for (guint i = 0; i < fault_n_stores; i++) {
    g_autofree char *path = g_strdup_printf ("/failing-calls/%s", fault_stores[i].words);
    g_autofree char *writes = g_strdup_printf ("/short-writes/%s", fault_stores[i].words);

    g_test_add_data_func (path, &fault_stores[i], test_failing);
    g_test_add_data_func (writes, &fault_stores[i], test_short_writes);
  }
  return g_test_run ();
}
