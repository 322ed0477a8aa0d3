/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-parallel-private.h"

#include "rua-error.h"
#include "rua-random-private.h"

#include <string.h>

static void
test_number_of_threads (void)
{
  guint standard = rua_get_n_threads ();

  g_assert_cmpuint (standard, >=, 1);
  g_assert_cmpuint (standard, <=, 256);
  rua_set_n_threads (7);
  g_assert_cmpuint (rua_get_n_threads (), ==, 7);
  rua_set_n_threads (0);
  g_assert_cmpuint (rua_get_n_threads (), ==, standard);
}

/* In a process of its own, since the environment is read once. */
static void
test_environment (void)
{
  static const struct {
    const char *told;
    const char *threads; /* NULL: as many as there are processors */
  } cases[] = { { "3", "3" }, { "256", "256" }, { "0", NULL }, { "257", NULL }, { "many", NULL } };

  if (g_test_subprocess ()) {
    g_print ("threads %u\n", rua_get_n_threads ());
    return;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *pattern = NULL;

    g_setenv ("RUA_THREADS", cases[i].told, TRUE);
    g_test_trap_subprocess (NULL, 0, 0);
    g_test_trap_assert_passed ();
    pattern = cases[i].threads != NULL
                ? g_strdup_printf ("*threads %s\n*", cases[i].threads)
                : g_strdup_printf ("*threads %u\n*", MIN (g_get_num_processors (), 256));
    g_test_trap_assert_stdout (pattern);
  }
  g_unsetenv ("RUA_THREADS");
}

typedef struct {
  gint *runs;             /* how often each task ran */
  const guint8 *failing;  /* by task; NULL: none fails */
  GCancellable *cancellable;
  guint cancel_at;
  gint n_threads_seen; /* atomic */
} Counting;

static GPrivate seen_once;

static gboolean
count (guint task, gpointer data, GError **error)
{
  Counting *self = data;

  g_atomic_int_inc (&self->runs[task]);
  if (g_private_get (&seen_once) == NULL) {
    g_private_set (&seen_once, self);
    g_atomic_int_inc (&self->n_threads_seen);
  }
  if (self->cancellable != NULL && task == self->cancel_at)
    g_cancellable_cancel (self->cancellable);
  if (self->failing != NULL && self->failing[task]) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "task %u", task);
    return FALSE;
  }
  return TRUE;
}

typedef struct {
  GMutex mutex;
  GCond cond;
  guint n_begun;
  gboolean nested; /* whether this is within another run */
  guint most_begun; /* at once */
} Meeting;

/* Each waits for the other, but not for ever: alone it would never come. */
static gboolean
meet (guint task, gpointer data, GError **error)
{
  Meeting *self = data;
  gint64 end = g_get_monotonic_time () + (self->nested ? 200 * G_TIME_SPAN_MILLISECOND : 60 * G_TIME_SPAN_SECOND);

  g_mutex_lock (&self->mutex);
  self->n_begun++;
  self->most_begun = MAX (self->most_begun, self->n_begun);
  g_cond_broadcast (&self->cond);
  while (self->most_begun < 2 && g_cond_wait_until (&self->cond, &self->mutex, end))
    ;
  self->n_begun--;
  g_mutex_unlock (&self->mutex);
  return TRUE;
}

static gboolean
share_out (guint task, gpointer data, GError **error)
{
  return task > 0 || rua_parallel_run (2, meet, data, NULL, NULL, error);
}

/* A task that is alone shares its own work out; one of several does not. */
static void
test_alone (void)
{
  rua_set_n_threads (2);
  for (guint n_tasks = 1; n_tasks <= 2; n_tasks++) {
    Meeting meeting = { .nested = n_tasks > 1 };
    g_autoptr (GError) error = NULL;

    g_mutex_init (&meeting.mutex);
    g_cond_init (&meeting.cond);
    g_assert_true (rua_parallel_run (n_tasks, share_out, &meeting, NULL, NULL, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (meeting.most_begun, ==, n_tasks == 1 ? 2 : 1);
    g_cond_clear (&meeting.cond);
    g_mutex_clear (&meeting.mutex);
  }
  rua_set_n_threads (0);
}

static void
test_every_task_once (void)
{
  static const guint threads[] = { 1, 2, 8 };
  static const guint sizes[] = { 0, 1, 2, 7, 100, 5000 };

  for (gsize t = 0; t < G_N_ELEMENTS (threads); t++)
    for (gsize s = 0; s < G_N_ELEMENTS (sizes); s++) {
      g_autofree gint *runs = g_new0 (gint, sizes[s] + 1);
      Counting counting = { .runs = runs };
      GError *error = NULL;

      rua_set_n_threads (threads[t]);
      g_assert_true (rua_parallel_run (sizes[s], count, &counting, NULL, NULL, &error));
      g_assert_no_error (error);
      for (guint i = 0; i < sizes[s]; i++)
        g_assert_cmpint (runs[i], ==, 1);
    }
  rua_set_n_threads (0);
}

/* Which of several failures is told does not depend on who came first. */
static void
test_lowest_failure (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  guint n_trials = g_getenv ("RUA_SLOW_MACHINE") != NULL ? 50 : 500;

  g_test_message ("seed %u", seed);
  for (guint trial = 0; trial < n_trials; trial++) {
    guint n = (guint) g_rand_int_range (random, 1, 200), first = n;
    g_autofree guint8 *failing = g_new0 (guint8, n);
    g_autofree gint *runs = g_new0 (gint, n);
    Counting counting = { .runs = runs, .failing = failing };
    g_autoptr (GError) error = NULL;

    for (guint k = (guint) g_rand_int_range (random, 0, 5); k > 0; k--)
      failing[g_rand_int_range (random, 0, (gint32) n)] = 1;
    for (guint i = n; i-- > 0;)
      if (failing[i])
        first = i;
    rua_set_n_threads ((guint) g_rand_int_range (random, 1, 9));
    g_assert_cmpint (rua_parallel_run (n, count, &counting, NULL, NULL, &error), ==, first == n);
    if (first < n) {
      g_autofree char *told = g_strdup_printf ("task %u", first);

      g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
      g_assert_cmpstr (error->message, ==, told);
    }
    /* All before the failure were done. */
    for (guint i = 0; i < first; i++)
      g_assert_cmpint (runs[i], ==, 1);
    for (guint i = first; i < n; i++)
      g_assert_cmpint (runs[i], <=, 1);
  }
  rua_set_n_threads (0);
}

static void
test_cancelling (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gint runs[1000] = { 0 };
  guint n_run = 0;
  Counting counting = { .runs = runs, .cancellable = cancellable,
                        .cancel_at = 10 };
  g_autoptr (GError) error = NULL;

  rua_set_n_threads (2);
  g_assert_false (rua_parallel_run (G_N_ELEMENTS (runs), count, &counting, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  for (guint i = 0; i < G_N_ELEMENTS (runs); i++)
    n_run += (guint) runs[i];
  g_assert_cmpuint (n_run, >=, 11);
  g_assert_cmpuint (n_run, <, G_N_ELEMENTS (runs));

  /* One that was cancelled before runs nothing. */
  memset (runs, 0, sizeof runs);
  g_clear_error (&error);
  g_assert_false (rua_parallel_run (G_N_ELEMENTS (runs), count, &counting, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  for (guint i = 0; i < G_N_ELEMENTS (runs); i++)
    g_assert_cmpint (runs[i], ==, 0);
  rua_set_n_threads (0);
}

static gboolean
nest (guint task, gpointer data, GError **error)
{
  gint *counts = data;
  gint runs[20] = { 0 };
  Counting inner = { .runs = runs };
  GThread *self = g_thread_self ();

  if (!rua_parallel_run (G_N_ELEMENTS (runs), count, &inner, NULL, NULL, error))
    return FALSE;
  g_assert_true (g_thread_self () == self);
  /* At most this thread, which may have been seen before. */
  g_assert_cmpint (inner.n_threads_seen, <=, 1);
  for (guint i = 0; i < G_N_ELEMENTS (runs); i++)
    counts[task] += runs[i];
  return TRUE;
}

static void
test_nested (void)
{
  gint counts[50] = { 0 };
  GError *error = NULL;

  rua_set_n_threads (4);
  g_assert_true (rua_parallel_run (G_N_ELEMENTS (counts), nest, counts, NULL, NULL, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    g_assert_cmpint (counts[i], ==, 20);
  rua_set_n_threads (0);
}

typedef struct {
  GThread *owner;
  guint n_told;
  double last;
} Told;

static void
on_fraction (RuaProgress *progress, GParamSpec *pspec, Told *told)
{
  g_assert_true (g_thread_self () == told->owner);
  told->n_told++;
  told->last = rua_progress_get_fraction (progress);
}

static void
test_progress (void)
{
  g_autoptr (RuaProgress) progress = rua_progress_new ();
  Told told = { g_thread_self (), 0, 0 };
  gint runs[400] = { 0 };
  Counting counting = { .runs = runs };
  GError *error = NULL;

  g_signal_connect (progress, "notify::fraction", G_CALLBACK (on_fraction), &told);
  rua_set_n_threads (3);
  g_assert_true (rua_parallel_run (G_N_ELEMENTS (runs), count, &counting, progress, NULL, &error));
  g_assert_no_error (error);
  /* Told in the owner's context, not while the work goes on. */
  g_assert_cmpuint (told.n_told, ==, 0);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (told.n_told, >=, 2);
  g_assert_cmpuint (told.n_told, <=, 100);
  rua_set_n_threads (0);
}

/* ---- threads that stay ---- */

/* Any number of runs, of any number of tasks, some of which fail: each as if it were the only one. */
static void
run_some (GRand *random, guint n_runs, guint most_threads)
{
  for (guint run = 0; run < n_runs; run++) {
    guint n = (guint) g_rand_int_range (random, 0, 40), first = n;
    guint8 failing[40] = { 0 };
    gint runs[40] = { 0 };
    Counting counting = { .runs = runs, .failing = failing };
    g_autoptr (GError) error = NULL;

    if (n > 0 && g_rand_int_range (random, 0, 4) == 0)
      failing[first = (guint) g_rand_int_range (random, 0, (gint32) n)] = 1;
    rua_set_n_threads ((guint) g_rand_int_range (random, 1, (gint32) most_threads + 1));
    g_assert_cmpint (rua_parallel_run (n, count, &counting, NULL, NULL, &error), ==, first == n);
    g_assert_cmpint (error != NULL, ==, first < n);
    for (guint i = 0; i < n; i++)
      g_assert_cmpint (runs[i], <=, 1);
    for (guint i = 0; i < first; i++)
      g_assert_cmpint (runs[i], ==, 1);
  }
}

static void
test_crew (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  guint n_runs = g_getenv ("RUA_SLOW_MACHINE") != NULL ? 100 : 3000;

  g_test_message ("seed %u", seed);
  for (guint crews = 0; crews < 4; crews++) {
    RuaCrew *crew = rua_crew_gather ();

    g_assert_nonnull (crew);
    run_some (random, n_runs, 5);
    rua_crew_dismiss (crew);
  }
  rua_set_n_threads (0);
}

static gboolean
note_thread (guint task, gpointer data, GError **error)
{
  GThread **threads = data;

  threads[task] = g_thread_self ();
  /* Long enough that the others come. */
  g_usleep (1000);
  return TRUE;
}

/* How many threads beside this one took part in one of many runs. */
static guint
count_others (guint n_threads, guint n_runs)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  GThread *threads[64];
  GError *error = NULL;

  rua_set_n_threads (n_threads);
  for (guint run = 0; run < n_runs; run++) {
    g_assert_true (rua_parallel_run (G_N_ELEMENTS (threads), note_thread, threads, NULL, NULL, &error));
    g_assert_no_error (error);
    for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
      if (threads[i] != g_thread_self ())
        g_hash_table_add (seen, threads[i]);
  }
  return g_hash_table_size (seen);
}

/* The same threads work for all runs, as many more as a later one may have, and no more than it may. */
static void
test_crew_stays (void)
{
  RuaCrew *crew = rua_crew_gather ();

  g_assert_cmpuint (count_others (2, 10), ==, 1);
  g_assert_cmpuint (count_others (4, 10), ==, 3);
  g_assert_cmpuint (count_others (1, 2), ==, 0);
  rua_crew_dismiss (crew);
  rua_set_n_threads (0);
}

static gboolean
count_at_once (guint task, gpointer data, GError **error)
{
  gint *counts = data;
  gint at_once = g_atomic_int_add (&counts[0], 1) + 1, most;

  while ((most = g_atomic_int_get (&counts[1])) < at_once
         && !g_atomic_int_compare_and_exchange (&counts[1], most, at_once))
    ;
  g_usleep (200);
  g_atomic_int_add (&counts[0], -1);
  return TRUE;
}

/* Threads that are there are not more than a run may have. */
static void
test_crew_of_more (void)
{
  RuaCrew *crew = rua_crew_gather ();
  GError *error = NULL;

  count_others (6, 1);
  for (guint n = 1; n <= 6; n++) {
    gint counts[2] = { 0, 0 };

    rua_set_n_threads (n);
    g_assert_true (rua_parallel_run (200, count_at_once, counts, NULL, NULL, &error));
    g_assert_no_error (error);
    g_assert_cmpint (counts[1], <=, (gint) n);
    g_assert_cmpint (counts[1], >, n > 1 ? 1 : 0);
  }
  rua_crew_dismiss (crew);
  rua_set_n_threads (0);
}

static gboolean
gather_within (guint task, gpointer data, GError **error)
{
  g_assert_null (rua_crew_gather ());
  return TRUE;
}

/* A thread has one at most; within a run it needs none. */
static void
test_crew_within (void)
{
  RuaCrew *crew = rua_crew_gather ();
  GError *error = NULL;

  rua_set_n_threads (3);
  g_assert_nonnull (crew);
  g_assert_null (rua_crew_gather ());
  g_assert_true (rua_parallel_run (20, gather_within, NULL, NULL, NULL, &error));
  rua_crew_dismiss (NULL);
  rua_crew_dismiss (crew);
  g_assert_true (rua_parallel_run (20, gather_within, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  crew = rua_crew_gather ();
  g_assert_nonnull (crew);
  rua_crew_dismiss (crew);
  rua_set_n_threads (0);
}

static gpointer
run_with_a_crew (gpointer seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (GPOINTER_TO_UINT (seed));
  RuaCrew *crew = rua_crew_gather ();

  run_some (random, g_getenv ("RUA_SLOW_MACHINE") != NULL ? 50 : 1000, 3);
  rua_crew_dismiss (crew);
  return NULL;
}

static void
test_crews_of_threads (void)
{
  guint32 seed = (guint32) g_test_rand_int ();
  GThread *threads[4];

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new (NULL, run_with_a_crew, GUINT_TO_POINTER (seed + i));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  rua_set_n_threads (0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/parallel/number-of-threads", test_number_of_threads);
  g_test_add_func ("/parallel/environment", test_environment);
  g_test_add_func ("/parallel/every-task-once", test_every_task_once);
  g_test_add_func ("/parallel/alone", test_alone);
  g_test_add_func ("/parallel/lowest-failure", test_lowest_failure);
  g_test_add_func ("/parallel/cancelling", test_cancelling);
  g_test_add_func ("/parallel/nested", test_nested);
  g_test_add_func ("/parallel/progress", test_progress);
  g_test_add_func ("/parallel/crew/random", test_crew);
  g_test_add_func ("/parallel/crew/stays", test_crew_stays);
  g_test_add_func ("/parallel/crew/of-more", test_crew_of_more);
  g_test_add_func ("/parallel/crew/within", test_crew_within);
  g_test_add_func ("/parallel/crew/of-several-threads", test_crews_of_threads);

  return g_test_run ();
}
