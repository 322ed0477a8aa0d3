/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A process that saves is killed: at any moment, and before each call that it makes to the system. The file
 * holds the last version that was acknowledged or the one under way, whole; what else is left has a name that is
 * promised, and is gone after the next save. */
#include "fault-case.h"
#include "file-calls.h"
#include "rua-random-private.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_ROWS 2000

typedef gboolean (*Saver) (RuaAlliance *alliance, const char *path, GError **error);

/* Beyond the end of the child. */
typedef struct {
  volatile guint acknowledged;
  volatile guint n_calls;
} Told;

typedef struct {
  const FaultStore *store;
  Saver save;
  char *folder, *path;
  RuaAlliance *alliance; /* what the file should hold */
  guint version;
  Told *told;
  guint kill_at; /* the call before which the child ends; 0: by somebody else */
  guint n_killed, n_under_way, n_wrong;
} Killing;

static gboolean
save_well (RuaAlliance *alliance, const char *path, GError **error)
{
  return rua_alliance_save (alliance, path, RUA_SAVE_REPLACE, NULL, error);
}

static gboolean
save_in_place (RuaAlliance *alliance, const char *path, GError **error)
{
  g_autofree char *text = fault_document (alliance);
  gsize length = strlen (text);
  int fd = g_open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  for (gsize i = 0; i < length; i += 65536)
    g_assert_cmpint (write (fd, text + i, MIN (65536, length - i)), >, 0);
  close (fd);
  return TRUE;
}

static int
count_call (FileCall *call, gpointer data)
{
  Killing *self = data;

  if (++self->told->n_calls == self->kill_at)
    kill (getpid (), SIGKILL);
  return 0;
}

/* Opens what is there and saves one version after the other, until it is killed. */
static void
save_on (Killing *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) alliance = rua_alliance_open (self->path, NULL, &error);

  if (alliance == NULL)
    _exit (3);
  if (self->kill_at > 0)
    file_calls_watch (self->folder, count_call, NULL, self);
  for (guint version = self->version + 1;; version++) {
    fault_edit (alliance, version);
    if (!self->save (alliance, self->path, &error))
      _exit (4);
    self->told->acknowledged = version;
    if (self->kill_at > 0)
      _exit (0); /* so many calls it does not make */
  }
}

/* FALSE when the child came to its end before. */
static gboolean
kill_saver (Killing *self, guint microseconds)
{
  pid_t child;
  int status;

  self->told->acknowledged = self->version;
  self->told->n_calls = 0;
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    save_on (self);
  if (self->kill_at == 0) {
    g_usleep (microseconds);
    kill (child, SIGKILL);
  }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status) || WEXITSTATUS (status) == 0);
  return WIFSIGNALED (status);
}

/* Beside what is saved only what a saver leaves there, which the next one removes. */
static gboolean
is_promised (const char *name, const char *beside)
{
  g_autofree char *hidden = g_strdup_printf (".%s.rua-", beside);

  if (g_str_has_prefix (name, hidden))
    return TRUE;
  return g_str_has_prefix (name, beside) && (g_str_has_suffix (name, "-wal") || g_str_has_suffix (name, "-shm") || g_str_has_suffix (name, "-journal"));
}

static void
blame (Killing *self, const char *what)
{
  self->n_wrong++;
  if (self->save == save_well)
    g_test_message ("%s, version %u, killed before call %u: %s", self->store->words, self->version, self->kill_at, what);
}

static guint
read_version (RuaAlliance *alliance)
{
  g_autoptr (RuaRecord) first = g_list_model_get_item (G_LIST_MODEL (rua_alliance_get_table (alliance, "household")), 0);
  gint64 version = 0;

  g_assert_true (rua_record_get_integer (first, "n_persons", &version));
  return (guint) version;
}

static void
look_after (Killing *self)
{
  g_autofree char *name = g_path_get_basename (self->path), *expected = NULL, *found = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) opened = NULL;
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *other;
  guint version;

  while ((other = g_dir_read_name (dir)) != NULL)
    if (!g_str_equal (other, name) && !is_promised (other, name))
      blame (self, other);
  opened = rua_alliance_open (self->path, NULL, &error);
  if (opened == NULL) {
    blame (self, error->message);
    self->save (self->alliance, self->path, NULL);
    return;
  }
  version = read_version (opened);
  if (version != self->told->acknowledged && version != self->told->acknowledged + 1)
    blame (self, "neither the version that was acknowledged nor the next");
  self->n_under_way += version == self->told->acknowledged + 1;
  while (self->version < version)
    fault_edit (self->alliance, ++self->version);
  expected = fault_document (self->alliance);
  found = fault_document (opened);
  if (!g_str_equal (expected, found))
    blame (self, "another document");
  /* It can be saved to, and then nothing else is left. */
  fault_edit (opened, version + 1);
  fault_edit (self->alliance, ++self->version);
  if (!self->save (opened, self->path, &error))
    blame (self, error->message);
  g_clear_object (&opened);
  if (fault_count_files (self->folder) != 1)
    blame (self, "something is left after the next save");
}

static void
begin (Killing *self)
{
  g_autoptr (GError) error = NULL;

  self->folder = fault_make_folder ();
  self->path = g_build_filename (self->folder, self->store->name, NULL);
  self->version = 1;
  self->alliance = fault_alliance (1, N_ROWS);
  self->told = mmap (NULL, sizeof (Told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  g_assert_true (self->told != MAP_FAILED);
  self->save (self->alliance, self->path, &error);
  g_assert_no_error (error);
}

static void
end (Killing *self)
{
  g_test_message ("%s: killed %u times, %u of them with the next version there, %u wrong", self->store->words, self->n_killed, self->n_under_way,
                  self->n_wrong);
  munmap (self->told, sizeof (Told));
  g_object_unref (self->alliance);
  fault_remove (self->folder);
  g_free (self->folder);
  g_free (self->path);
}

static void
kill_often (Killing *self, guint n_trials)
{
  guint seed = (guint) g_test_rand_int ();
  gint64 start;
  guint takes;
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  begin (self);
  /* So long that it is killed while it reads, while it saves, and while it saves once more. */
  start = g_get_monotonic_time ();
  g_object_unref (rua_alliance_open (self->path, NULL, NULL));
  self->save (self->alliance, self->path, NULL);
  takes = (guint) (g_get_monotonic_time () - start);
  for (; self->n_killed < n_trials; self->n_killed++) {
    g_assert_true (kill_saver (self, 1 + rua_random_below (&random, 4 * takes)));
    look_after (self);
  }
  end (self);
}

static void
test_at_random (gconstpointer data)
{
  Killing self = { .store = data, .save = save_well };

  kill_often (&self, fault_trials (15));
  g_assert_cmpuint (self.n_wrong, ==, 0);
}

static void
kill_at_each_call (Killing *self)
{
  begin (self);
  for (self->kill_at = 1; kill_saver (self, 0); self->kill_at++) {
    self->n_killed++;
    look_after (self);
  }
  look_after (self);
  end (self);
}

static void
test_at_each_call (gconstpointer data)
{
  Killing self = { .store = data, .save = save_well };

  kill_at_each_call (&self);
  g_assert_cmpuint (self.n_killed, >, 5);
  g_assert_cmpuint (self.n_under_way, >, 0);
  g_assert_cmpuint (self.n_wrong, ==, 0);
}

/* Without this, what is above would pass where nothing is looked at. */
static void
test_in_place (void)
{
  Killing self = { .store = &fault_stores[0], .save = save_in_place };

  kill_at_each_call (&self);
  g_assert_cmpuint (self.n_wrong, >, 0);
}

int
main (int argc, char *argv[])
{
  fault_take_arguments (&argc, argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/killed/in-place", test_in_place);
  for (guint i = 0; i < fault_n_stores; i++) {
    g_autofree char *random = g_strdup_printf ("/killed/at-random/%s", fault_stores[i].words);
    g_autofree char *call = g_strdup_printf ("/killed/at-each-call/%s", fault_stores[i].words);

    g_test_add_data_func (random, &fault_stores[i], test_at_random);
    g_test_add_data_func (call, &fault_stores[i], test_at_each_call);
  }
  return g_test_run ();
}
