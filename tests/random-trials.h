/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Numbers from a seed that the test prints. */
static inline GRand *
open_random (void)
{
  guint32 seed = g_test_rand_int ();

  g_test_message ("seed %u", seed);
  return g_rand_new_with_seed (seed);
}

/* How often to try something where each try takes as long as the next; sanitizers and valgrind make do with a part. */
static inline guint
trials (guint many)
{
  return g_getenv ("RUA_SLOW_MACHINE") ? many / 20 + 1 : many;
}

/* valgrind takes several times as long as the sanitizers, which run the same programs. */
static inline gboolean
under_valgrind (void)
{
  return g_strcmp0 (g_getenv ("RUA_SLOW_MACHINE"), "valgrind") == 0;
}

/* Whether a test is left to the sanitizers. */
static inline gboolean
skip_under_valgrind (void)
{
  if (under_valgrind ())
    g_test_skip ("takes too long under valgrind; the sanitizers run it");
  return under_valgrind ();
}

G_END_DECLS
