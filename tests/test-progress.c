/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a progress tells: only ever more of one call. */
#include "rua-progress-private.h"

#include "rua-parallel-private.h"

typedef struct {
  guint n_told;
  double last;
} Told;

static void
on_fraction (RuaProgress *progress, GParamSpec *pspec, Told *told)
{
  double fraction = rua_progress_get_fraction (progress);

  told->n_told++;
  if (fraction <= told->last)
    g_test_fail_printf ("%g after %g", fraction, told->last);
  told->last = fraction;
}

static void
hear (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_smaller (void)
{
  g_autoptr (RuaProgress) progress = rua_progress_new ();
  Told told = { 0, 0 };

  g_signal_connect (progress, "notify::fraction", G_CALLBACK (on_fraction), &told);
  rua_progress_tell (progress, 0.5);
  rua_progress_tell (progress, 0.25);
  rua_progress_tell (progress, 0.75);
  hear ();
  rua_progress_tell (progress, 0.5);
  rua_progress_tell (progress, 1);
  rua_progress_tell (progress, 0.99);
  hear ();
  g_assert_cmpuint (told.n_told, ==, 3);
  g_assert_cmpfloat (rua_progress_get_fraction (progress), ==, 1);
}

static void
test_anew (void)
{
  g_autoptr (RuaProgress) progress = rua_progress_new ();

  g_assert_null (rua_progress_begin (NULL));
  rua_progress_tell (NULL, 1);
  for (guint call = 0; call < 3; call++) {
    g_autoptr (RuaProgress) begun = rua_progress_begin (progress);

    g_assert_true (begun == progress);
    hear ();
    g_assert_cmpfloat (rua_progress_get_fraction (progress), ==, 0);
    rua_progress_tell (progress, 0.25);
    hear ();
    g_assert_cmpfloat (rua_progress_get_fraction (progress), ==, 0.25);
    /* The first call fails here. */
    if (call > 0)
      rua_progress_tell (progress, 1);
  }
}

static gboolean
nothing (guint task, gpointer data, GError **error)
{
  return TRUE;
}

static void
test_threads (void)
{
  g_autoptr (RuaProgress) progress = rua_progress_new ();
  guint n_runs = g_getenv ("RUA_SLOW_MACHINE") ? 20 : 500;
  GError *error = NULL;
  Told told;

  g_signal_connect (progress, "notify::fraction", G_CALLBACK (on_fraction), &told);
  rua_set_n_threads (8);
  for (guint run = 0; run < n_runs; run++) {
    g_autoptr (RuaProgress) begun = rua_progress_begin (progress);

    told.last = -1;
    hear ();
    told.last = 0;
    g_assert_true (rua_parallel_run (100, nothing, NULL, progress, NULL, &error));
    g_assert_no_error (error);
    hear ();
    g_assert_cmpfloat (rua_progress_get_fraction (progress), ==, 1);
  }
  rua_set_n_threads (0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/progress/smaller", test_smaller);
  g_test_add_func ("/progress/anew", test_anew);
  g_test_add_func ("/progress/threads", test_threads);
  return g_test_run ();
}
