/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-parallel-private.h"

#include "rua-messages-private.h"

#define MOST_THREADS 256

static gint chosen_threads; /* atomic; 0: not chosen */

/* The processors, or what the environment says. */
static guint
default_threads (void)
{
  static gsize threads = 0;

  if (g_once_init_enter (&threads)) {
    const char *told = g_getenv ("RUA_THREADS");
    guint64 n = 0;

    if (told == NULL || !g_ascii_string_to_unsigned (told, 10, 1, MOST_THREADS, &n, NULL))
      n = CLAMP (g_get_num_processors (), 1, MOST_THREADS);
    g_once_init_leave (&threads, (gsize) n);
  }
  return (guint) threads;
}

/**
 * rua_get_n_threads:
 *
 * Gets how many threads work on one measuring, reading or writing at once.
 *
 * Unless [func@RuralAlliance.set_n_threads] chose another, it is the number in the environment
 * variable `RUA_THREADS`, and without one that of the processors.
 *
 * Returns: a number from 1 to 256
 *
 * Since: 1.0
 */
guint
rua_get_n_threads (void)
{
  gint chosen = g_atomic_int_get (&chosen_threads);

  return chosen > 0 ? (guint) chosen : default_threads ();
}

/**
 * rua_set_n_threads:
 * @n_threads: how many threads, at most 256; 0 for the default
 *
 * Chooses how many threads work at once on whatever begins after this call. Results are the same
 * bits for any number.
 *
 * Since: 1.0
 */
void
rua_set_n_threads (guint n_threads)
{
  g_return_if_fail (n_threads <= MOST_THREADS);
  g_atomic_int_set (&chosen_threads, (gint) n_threads);
}

typedef struct {
  guint n_tasks;
  RuaParallelFunc func;
  gpointer data;
  RuaProgress *progress;
  GCancellable *cancellable;
  const RuaMessages *messages; /* all speak the language of the one that began */
  gint next;   /* atomic: the task that begins next */
  gint n_done; /* atomic */
  gint failed; /* atomic: whether any has */
  GMutex mutex;
  guint failed_task;
  GError *error;
} Work;

/* Whether this thread is at work in a run already. */
static GPrivate at_work;

static void
fail (Work *self, guint task, GError *error)
{
  g_mutex_lock (&self->mutex);
  if (self->error == NULL || task < self->failed_task) {
    g_clear_error (&self->error);
    self->error = error;
    self->failed_task = task;
  } else {
    g_error_free (error);
  }
  g_atomic_int_set (&self->failed, TRUE);
  g_mutex_unlock (&self->mutex);
}

static void
tell (Work *self)
{
  guint done = (guint) g_atomic_int_add (&self->n_done, 1) + 1;

  /* A hundred steps will do for any bar. */
  if (self->progress != NULL
      && (guint64) done * 100 / self->n_tasks != (guint64) (done - 1) * 100 / self->n_tasks)
    rua_progress_tell (self->progress, (double) done / self->n_tasks);
}

static void
work_on (Work *self)
{
  gpointer before = g_private_get (&at_work);
  const RuaMessages *spoken = rua_messages_use (self->messages);

  /* A task that is alone may share out its own work. */
  if (self->n_tasks > 1)
    g_private_set (&at_work, self);
  while (!g_atomic_int_get (&self->failed)) {
    guint task = (guint) g_atomic_int_add (&self->next, 1);
    GError *error = NULL;

    if (task >= self->n_tasks)
      break;
    if (g_cancellable_set_error_if_cancelled (self->cancellable, &error)
        || !self->func (task, self->data, &error)) {
      g_assert (error != NULL);
      fail (self, task, error);
    } else {
      tell (self);
    }
  }
  rua_messages_use (spoken);
  g_private_set (&at_work, before);
}

/* ---- threads that stay ---- */

struct _RuaCrew {
  GMutex mutex;
  GCond called; /* there is work, or the end */
  GCond left;   /* no other thread works */
  Work *work;   /* NULL: none */
  guint n_calls;   /* how often there was work */
  guint n_places;  /* how many more may join in */
  guint n_working;
  gboolean ends;
  guint n_threads;
  GThread *threads[MOST_THREADS];
};

/* Of the thread that gathered it. */
static GPrivate crew_here;

static gpointer
serve (gpointer data)
{
  RuaCrew *self = data;
  guint seen = 0;

  g_mutex_lock (&self->mutex);
  while (!self->ends) {
    if (self->work != NULL && self->n_places > 0 && seen != self->n_calls) {
      Work *work = self->work;

      seen = self->n_calls;
      self->n_places--;
      self->n_working++;
      g_mutex_unlock (&self->mutex);
      work_on (work);
      g_mutex_lock (&self->mutex);
      if (--self->n_working == 0)
        g_cond_signal (&self->left);
    } else {
      g_cond_wait (&self->called, &self->mutex);
    }
  }
  g_mutex_unlock (&self->mutex);
  return NULL;
}

RuaCrew *
rua_crew_gather (void)
{
  RuaCrew *self;

  if (g_private_get (&at_work) != NULL || g_private_get (&crew_here) != NULL)
    return NULL;
  self = g_new0 (RuaCrew, 1);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->called);
  g_cond_init (&self->left);
  g_private_set (&crew_here, self);
  return self;
}

void
rua_crew_dismiss (RuaCrew *self)
{
  if (self == NULL)
    return;
  g_assert (g_private_get (&crew_here) == self);
  g_mutex_lock (&self->mutex);
  self->ends = TRUE;
  g_cond_broadcast (&self->called);
  g_mutex_unlock (&self->mutex);
  for (guint i = 0; i < self->n_threads; i++)
    g_thread_join (self->threads[i]);
  g_private_set (&crew_here, NULL);
  g_cond_clear (&self->left);
  g_cond_clear (&self->called);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* Together with as many others as are wanted. Whoever has not come when all is done is not waited for. */
static void
crew_run (RuaCrew *self, Work *work, guint n_others)
{
  /* A system that gives no further thread lets the others do it all. */
  while (self->n_threads < n_others) {
    GThread *other = g_thread_try_new ("rua-parallel", serve, self, NULL);

    if (other == NULL)
      break;
    self->threads[self->n_threads++] = other;
  }
  g_mutex_lock (&self->mutex);
  self->work = work;
  self->n_places = n_others;
  self->n_calls++;
  g_cond_broadcast (&self->called);
  g_mutex_unlock (&self->mutex);
  work_on (work);
  g_mutex_lock (&self->mutex);
  self->work = NULL;
  while (self->n_working > 0)
    g_cond_wait (&self->left, &self->mutex);
  g_mutex_unlock (&self->mutex);
}

gboolean
rua_parallel_run (guint n_tasks, RuaParallelFunc func, gpointer data, RuaProgress *progress,
                  GCancellable *cancellable, GError **error)
{
  Work self = { .n_tasks = n_tasks, .func = func, .data = data, .progress = progress,
                .cancellable = cancellable, .messages = rua_messages_get_used () };
  guint n_threads = MIN (rua_get_n_threads (), n_tasks);

  g_assert (n_tasks <= G_MAXINT - MOST_THREADS);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  g_mutex_init (&self.mutex);
  if (n_threads > 1 && g_private_get (&at_work) == NULL) {
    RuaCrew *own = rua_crew_gather ();

    crew_run (own != NULL ? own : g_private_get (&crew_here), &self, n_threads - 1);
    rua_crew_dismiss (own);
  } else {
    work_on (&self);
  }
  g_mutex_clear (&self.mutex);
  if (self.error != NULL) {
    g_propagate_error (error, self.error);
    return FALSE;
  }
  return TRUE;
}
