/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-number-index-private.h"
#include "rua-random-private.h"

static void
test_empty (void)
{
  RuaNumberIndex index;

  rua_number_index_init (&index);
  g_assert_cmpuint (rua_number_index_find (&index, 0), ==, RUA_NO_NUMBER);
  g_assert_cmpuint (rua_number_index_find (&index, G_MAXUINT64), ==, RUA_NO_NUMBER);
  g_assert_cmpuint (rua_number_index_intern (&index, 0), ==, 0);
  g_assert_cmpuint (rua_number_index_intern (&index, G_MAXUINT64), ==, 1);
  g_assert_cmpuint (rua_number_index_intern (&index, 0), ==, 0);
  g_assert_cmpuint (rua_number_index_find (&index, G_MAXUINT64), ==, 1);
  g_assert_cmpuint (index.n, ==, 2);
  rua_number_index_clear (&index);
  g_assert_cmpuint (rua_number_index_find (&index, 0), ==, RUA_NO_NUMBER);
}

/* Against GLib's hash table, with numbers that come again. */
static void
test_random (void)
{
  guint32 seed = (guint32) g_test_rand_int ();
  RuaRandom random;
  RuaNumberIndex index;
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  rua_number_index_init (&index);
  for (guint i = 0; i < 20000; i++) {
    guint64 number = (guint64) rua_random_below (&random, 4000) << rua_random_below (&random, 3) * 20;
    gpointer place;

    if (g_hash_table_lookup_extended (known, &number, NULL, &place)) {
      g_assert_cmpuint (rua_number_index_find (&index, number), ==, GPOINTER_TO_UINT (place));
    } else {
      g_assert_cmpuint (rua_number_index_find (&index, number), ==, RUA_NO_NUMBER);
      place = GUINT_TO_POINTER (index.n);
      g_hash_table_insert (known, g_memdup2 (&number, sizeof number), place);
    }
    g_assert_cmpuint (rua_number_index_intern (&index, number), ==, GPOINTER_TO_UINT (place));
    g_assert_cmpuint (index.numbers[GPOINTER_TO_UINT (place)], ==, number);
  }
  g_assert_cmpuint (index.n, ==, g_hash_table_size (known));
  rua_number_index_clear (&index);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/number-index/empty", test_empty);
  g_test_add_func ("/number-index/random", test_random);
  return g_test_run ();
}
