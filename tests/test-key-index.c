/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-key-index-private.h"
#include "rua-random-private.h"

#define MOST 50

/* What the keys of one trial look like. */
typedef struct {
  guint64 spread;   /* of the keys; little of it makes bits, much a hash; 0 for any number */
  gboolean ascends; /* with the rows */
  guint percent;    /* of the rows that have a key */
} Shape;

static gint
compare_keys (gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;

  return (left > right) - (left < right);
}

static gint64
draw_key (RuaRandom *random, gint64 base, guint64 spread)
{
  guint64 more = (guint64) rua_random_next (random) << 32 | rua_random_next (random);

  return (gint64) ((guint64) base + (spread ? more % spread : more));
}

static gboolean
has_key (const guint64 *known, guint32 i)
{
  return known == NULL || (known[i >> 6] >> (i & 63) & 1);
}

/* Against GLib's hash table: the first row of each key, the others told in their order and at most as many as are
 * asked for; what is not there, and what is asked for without a key, is nowhere. */
static void
check_shape (RuaRandom *random, const Shape *shape)
{
  guint32 n = rua_random_below (random, 700), first = rua_random_below (random, 1000), n_asked = n + 200;
  gint64 base = shape->spread ? draw_key (random, 0, 0) / 2 : 0;
  g_autofree gint64 *keys = g_new (gint64, n_asked);
  g_autofree guint64 *known = shape->percent < 100 ? g_new0 (guint64, n_asked / 64 + 1) : NULL;
  g_autofree guint32 *rows = g_new (guint32, n_asked);
  g_autoptr (GHashTable) expected = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GArray) again = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) duplicates = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (RuaKeyIndex) index = NULL;

  for (guint32 i = 0; i < n_asked; i++) {
    guint32 n_before = MIN (i, n);
    gboolean is_again = n_before > 0 && rua_random_below (random, 10) < (i < n ? 1 : 5);

    keys[i] = is_again ? keys[rua_random_below (random, n_before)] : draw_key (random, base, shape->spread);
    if (known && rua_random_below (random, 100) < shape->percent)
      known[i >> 6] |= G_GUINT64_CONSTANT (1) << (i & 63);
  }
  if (shape->ascends)
    qsort (keys, n, sizeof *keys, compare_keys);
  for (guint32 i = 0; i < n; i++) {
    guint32 row = first + i;

    if (!has_key (known, i))
      continue;
    if (!g_hash_table_contains (expected, &keys[i]))
      g_hash_table_insert (expected, &keys[i], GUINT_TO_POINTER (row));
    else if (again->len < MOST)
      g_array_append_val (again, row);
  }

  index = rua_key_index_new (keys, known, first, n, duplicates, MOST);
  g_assert_cmpmem (duplicates->data, duplicates->len * sizeof (guint32), again->data, again->len * sizeof (guint32));
  rua_key_index_find (index, keys, known, n_asked, rows);
  for (guint32 i = 0; i < n_asked; i++) {
    gpointer row;

    if (has_key (known, i) && g_hash_table_lookup_extended (expected, &keys[i], NULL, &row))
      g_assert_cmpuint (rows[i], ==, GPOINTER_TO_UINT (row));
    else
      g_assert_cmpuint (rows[i], ==, RUA_NO_ROW);
  }
}

static void
test_random (void)
{
  static const Shape shapes[] = {
    { 900, FALSE, 100 }, { 900, TRUE, 100 }, { 900, FALSE, 70 }, { 900, TRUE, 70 },
    { 40000, FALSE, 100 }, { 40000, TRUE, 100 }, { 40000, FALSE, 70 }, { 40000, TRUE, 0 },
    { G_GUINT64_CONSTANT (1) << 40, FALSE, 100 }, { G_GUINT64_CONSTANT (1) << 40, TRUE, 70 },
    { 0, FALSE, 100 }, { 0, FALSE, 70 }, { 0, TRUE, 0 },
  };
  guint32 seed = (guint32) g_test_rand_int ();
  guint n_trials = g_getenv ("RUA_SLOW_MACHINE") ? 3 : 40;
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint i = 0; i < n_trials; i++)
    for (guint s = 0; s < G_N_ELEMENTS (shapes); s++)
      check_shape (&random, &shapes[s]);
}

/* The least and the greatest number there is are keys like any other. */
static void
test_ends (void)
{
  static const gint64 keys[] = { G_MAXINT64, 0, G_MININT64, -1, G_MAXINT64 };
  static const gint64 near[] = { G_MAXINT64, G_MAXINT64 - 2, G_MAXINT64 - 1 };
  guint32 rows[5];
  g_autoptr (GArray) duplicates = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (RuaKeyIndex) far = rua_key_index_new (keys, NULL, 7, 5, duplicates, 5);
  g_autoptr (RuaKeyIndex) close = rua_key_index_new (near, NULL, 0, 3, duplicates, 5);

  g_assert_cmpuint (duplicates->len, ==, 1);
  g_assert_cmpuint (g_array_index (duplicates, guint32, 0), ==, 11);
  rua_key_index_find (far, keys, NULL, 5, rows);
  g_assert_cmpuint (rows[0], ==, 7);
  g_assert_cmpuint (rows[1], ==, 8);
  g_assert_cmpuint (rows[2], ==, 9);
  g_assert_cmpuint (rows[3], ==, 10);
  g_assert_cmpuint (rows[4], ==, 7);
  rua_key_index_find (close, near, NULL, 3, rows);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (rows[i], ==, i);
  rua_key_index_find (close, &keys[1], NULL, 3, rows);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (rows[i], ==, RUA_NO_ROW);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/key-index/random", test_random);
  g_test_add_func ("/key-index/ends", test_ends);
  return g_test_run ();
}
