/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-random-private.h"

#include <string.h>

/* The stream of GLib's generator, which is MT19937 as well. */
static void
test_stream (void)
{
  static const guint32 seeds[] = { 0, 1, 4711, G_MAXUINT32 };

  for (gsize k = 0; k < G_N_ELEMENTS (seeds); k++) {
    g_autoptr (GRand) other = g_rand_new_with_seed (seeds[k]);
    RuaRandom random;

    rua_random_init (&random, seeds[k]);
    for (guint i = 0; i < 3000; i++)
      g_assert_cmpuint (rua_random_next (&random), ==, g_rand_int (other));
  }
}

/* Numbers below others with every kind of remainder: of many draws together what one draw after the other gives, and the
 * generator is left where these leave it. */
static void
test_counts (void)
{
  static const guint32 bounds[] = { 1, 2, 3, 5, 7, 16, 400, 623, 624, 625, 4000, 65536, 99991 };
  static const guint32 draws[] = { 0, 1, 2, 623, 624, 625, 1248, 5000 };

  for (gsize b = 0; b < G_N_ELEMENTS (bounds); b++)
    for (gsize d = 0; d < G_N_ELEMENTS (draws); d++) {
      g_autofree guint32 *counts = g_new0 (guint32, bounds[b]), *want = g_new0 (guint32, bounds[b]);
      RuaRandom together, single;

      rua_random_init (&together, 42 + b);
      rua_random_init (&single, 42 + b);
      for (guint i = 0; i < 100 * d; i++)
        g_assert_cmpuint (rua_random_next (&together), ==, rua_random_next (&single));
      rua_random_count_below (&together, bounds[b], draws[d], counts);
      for (guint32 i = 0; i < draws[d]; i++)
        want[rua_random_below (&single, bounds[b])]++;
      g_assert_cmpmem (counts, bounds[b] * sizeof *counts, want, bounds[b] * sizeof *want);
      g_assert_cmpuint (rua_random_next (&together), ==, rua_random_next (&single));
    }
}

/* Of a bound a little above 2^26 one raw number in sixty-four is rejected. */
static void
test_rejections (void)
{
  const guint32 bound = (1u << 26) + 1;
  g_autofree guint32 *counts = g_new0 (guint32, bound);
  guint64 n = 0;
  RuaRandom together, single;

  rua_random_init (&together, 7);
  rua_random_init (&single, 7);
  rua_random_count_below (&together, bound, 100000, counts);
  for (guint i = 0; i < 100000; i++) {
    guint32 drawn = rua_random_below (&single, bound);

    g_assert_cmpuint (counts[drawn], >, 0);
    counts[drawn]--;
  }
  for (guint32 i = 0; i < bound; i++)
    n += counts[i];
  g_assert_cmpuint (n, ==, 0);
  g_assert_cmpuint (rua_random_next (&together), ==, rua_random_next (&single));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/random/stream", test_stream);
  g_test_add_func ("/random/counts", test_counts);
  g_test_add_func ("/random/rejections", test_rejections);
  return g_test_run ();
}
