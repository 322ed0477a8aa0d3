/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Blocks of any size hold what is written to them, be they new or taken again, in several threads at once. */
#include "rua-block-private.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define N_LIVE 12

static void
check (const guint8 *block, gsize size, guint8 mark)
{
  for (gsize i = 0; i < size; i += 1 + size / 4096)
    g_assert_cmpuint (block[i], ==, mark);
  if (size > 0)
    g_assert_cmpuint (block[size - 1], ==, mark);
}

static gsize
draw_size (GRand *rand)
{
  switch (g_rand_int_range (rand, 0, 4)) {
  case 0:
    return (gsize) g_rand_int_range (rand, 0, 100);
  case 1:
    /* About where blocks begin to be kept, and to be whole large pages, and about a page. */
    return ((gsize) (128 * 1024) << 2 * g_rand_int_range (rand, 0, 3)) + (gsize) g_rand_int_range (rand, 0, 400) - 200;
  default:
    return (gsize) g_rand_int_range (rand, 100, 12 << 20);
  }
}

static gpointer
work (gpointer data)
{
  GRand *rand = g_rand_new_with_seed (GPOINTER_TO_UINT (data));
  guint8 *blocks[N_LIVE] = { NULL };
  gsize sizes[N_LIVE];

  for (guint turn = 0; turn < (g_getenv ("RUA_SLOW_MACHINE") != NULL ? 20 : 150); turn++) {
    guint k = (guint) g_rand_int_range (rand, 0, N_LIVE);
    gboolean cleared = g_rand_boolean (rand), told = g_rand_boolean (rand);

    if (blocks[k] != NULL)
      check (blocks[k], sizes[k], (guint8) (k + 1));
    rua_block_free (blocks[k]);
    sizes[k] = draw_size (rand);
    if (told)
      blocks[k] = rua_block_new_told (sizes[k], &cleared);
    else
      blocks[k] = cleared ? rua_block_new0 (sizes[k]) : rua_block_new (sizes[k]);
    g_assert_cmpuint ((gsize) blocks[k] % 16, ==, 0);
    if (cleared)
      check (blocks[k], sizes[k], 0);
    memset (blocks[k], (int) k + 1, sizes[k]);
  }
  for (guint k = 0; k < N_LIVE; k++) {
    if (blocks[k] != NULL)
      check (blocks[k], sizes[k], (guint8) (k + 1));
    rua_block_free (blocks[k]);
  }
  g_rand_free (rand);
  return NULL;
}

/* What is given back is taken again, by whoever asks for about as much, and holds what it is filled with. */
static void
test_again (void)
{
  for (guint round = 0; round < 40; round++) {
    guint8 *blocks[20];

    for (guint k = 0; k < G_N_ELEMENTS (blocks); k++) {
      gsize size = (gsize) (k + 1) * 700000;

      blocks[k] = round % 2 == 0 ? rua_block_new (size) : rua_block_new0 (size);
      if (round % 2 == 1)
        check (blocks[k], size, 0);
      memset (blocks[k], (int) k + 1, size);
    }
    for (guint k = 0; k < G_N_ELEMENTS (blocks); k++) {
      check (blocks[k], (gsize) (k + 1) * 700000, (guint8) (k + 1));
      rua_block_free (blocks[k]);
    }
    if (g_getenv ("RUA_SLOW_MACHINE") != NULL)
      break;
  }
}

/* More than is ever kept goes back, and no memory is there twice. */
static void
test_many (void)
{
  enum { N = 160, SIZE = 2 << 20 };
  guint8 *blocks[N];

  for (guint round = 0; round < 3; round++) {
    for (guint k = 0; k < N; k++) {
      blocks[k] = rua_block_new (SIZE);
      blocks[k][0] = blocks[k][SIZE - 1] = (guint8) k;
    }
    for (guint k = 0; k < N; k++) {
      g_assert_cmpuint (blocks[k][0], ==, k);
      g_assert_cmpuint (blocks[k][SIZE - 1], ==, k);
      rua_block_free (blocks[k]);
    }
  }
}

/* What stands side by side is one again when it is given back, in whatever order, and no page is made while one is kept. */
static void
test_joined (void)
{
  enum { N = 16, PAGE = 2 << 20 };
  guint8 *whole, *parts[N], *beside;
  guint order[N];
  gboolean is_zero;

  /* In a process of its own, where nothing is kept yet. */
  if (!g_test_subprocess ()) {
    g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
    g_test_trap_assert_passed ();
    return;
  }
  whole = rua_block_new_told ((gsize) N * PAGE, &is_zero);
  /* With a sanitizer none is kept. */
  if ((gsize) whole % PAGE != 0) {
    rua_block_free (whole);
    return;
  }
  g_assert_true (is_zero);
  memset (whole, 1, (gsize) N * PAGE);
  for (guint round = 0; round < 20; round++) {
    rua_block_free (whole);
    for (guint k = 0; k < N; k++) {
      order[k] = k;
      parts[k] = rua_block_new_told (PAGE - (gsize) g_test_rand_int_range (0, PAGE / 2), &is_zero);
      g_assert_false (is_zero);
      g_assert_true (parts[k] == whole + (gsize) k * PAGE);
    }
    /* All that is kept is in use: this one is new. */
    beside = rua_block_new_told (3 * PAGE, &is_zero);
    g_assert_true (is_zero == (round == 0));
    g_assert_true (beside >= whole + (gsize) N * PAGE || beside + 3 * PAGE <= whole);
    memset (beside, 2, 3 * PAGE);
    for (guint k = 0; k < N; k++) {
      guint other = (guint) g_test_rand_int_range ((gint) k, N), taken = order[other];

      order[other] = order[k];
      rua_block_free (parts[taken]);
    }
    whole = rua_block_new_told ((gsize) N * PAGE, &is_zero);
    g_assert_false (is_zero);
    g_assert_true (whole == parts[0]);
    rua_block_free (beside);
  }
  rua_block_free (whole);
}

/* What is beyond the limit goes back to the system, and is not what is given first then, wherever it lies. */
static void
test_limit (void)
{
  enum { PAGE = 2 << 20 };
  gsize memory = (gsize) sysconf (_SC_PHYS_PAGES) * (gsize) sysconf (_SC_PAGESIZE),
        most = MIN ((gsize) 512 << 20, memory / 16) / PAGE;
  guint8 *first, *second, *last, *large, *again;
  gboolean is_zero;

  if (!g_test_subprocess ()) {
    g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
    g_test_trap_assert_passed ();
    return;
  }
  first = rua_block_new (3 * PAGE);
  second = rua_block_new (3 * PAGE);
  last = rua_block_new (PAGE);
  if ((gsize) first % PAGE == 0 && most > 3) {
    g_assert_true (second == first + 3 * PAGE && last == second + 3 * PAGE);
    memset (first, 1, 3 * PAGE);
    memset (second, 2, 3 * PAGE);
    large = rua_block_new ((most - 3) * PAGE);
    rua_block_free (second);
    rua_block_free (large);
    rua_block_free (first);
    g_assert_true (rua_block_new ((most - 3) * PAGE) == large);
    again = rua_block_new_told (3 * PAGE, &is_zero);
    g_assert_false (is_zero);
    g_assert_true (again == second);
    again = rua_block_new_told (3 * PAGE, &is_zero);
    g_assert_true (is_zero);
    g_assert_true (again == first);
    check (again, 3 * PAGE, 0);
    rua_block_free (large);
  }
  rua_block_free (first);
  rua_block_free (second);
  rua_block_free (last);
}

/* Pages that cannot go, because somebody has locked them, are not told to be all 0. */
static void
test_locked (void)
{
  enum { PAGE = 2 << 20 };
  guint8 *blocks[300], *locked;
  gboolean is_zero;

  if (!g_test_subprocess ()) {
    g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
    g_test_trap_assert_passed ();
    return;
  }
  locked = rua_block_new (PAGE);
  memset (locked, 1, PAGE);
  if (mlock (locked, PAGE) == 0) {
    /* More than is ever kept is free before it. */
    for (guint k = 0; k < G_N_ELEMENTS (blocks); k++)
      blocks[k] = rua_block_new (PAGE);
    for (guint k = 0; k < G_N_ELEMENTS (blocks); k++)
      rua_block_free (blocks[k]);
    rua_block_free (locked);
    for (guint k = 0; k < G_N_ELEMENTS (blocks); k++) {
      blocks[k] = rua_block_new_told (PAGE, &is_zero);
      if (is_zero)
        check (blocks[k], PAGE, 0);
    }
    for (guint k = 0; k < G_N_ELEMENTS (blocks); k++)
      rua_block_free (blocks[k]);
  } else
    rua_block_free (locked);
}

static void
test_one (void)
{
  rua_block_free (NULL);
  work (GUINT_TO_POINTER (g_test_rand_int ()));
}

static void
test_threads (void)
{
  GThread *threads[4];

  for (guint t = 0; t < G_N_ELEMENTS (threads); t++)
    threads[t] = g_thread_new ("block", work, GUINT_TO_POINTER (g_test_rand_int ()));
  for (guint t = 0; t < G_N_ELEMENTS (threads); t++)
    g_thread_join (threads[t]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/block/one", test_one);
  g_test_add_func ("/block/again", test_again);
  g_test_add_func ("/block/many", test_many);
  g_test_add_func ("/block/threads", test_threads);
  g_test_add_func ("/block/joined", test_joined);
  g_test_add_func ("/block/limit", test_limit);
  g_test_add_func ("/block/locked", test_locked);
  return g_test_run ();
}
