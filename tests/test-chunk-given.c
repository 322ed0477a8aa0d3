/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory of a mapped file that is given back while chunks lie in it. */
#include "rua-chunk-private.h"
#include "rua-random-private.h"

#include <glib/gstdio.h>

/* Pages of a file are given back and read again; of a chunk's own memory, nothing is. */
static void
test_give_back (void)
{
  enum { N = 20000 };
  const guint64 print[2] = { 1, 2 };
  g_autofree guint32 *words = g_new (guint32, N);
  g_autofree guint32 *found = g_new (guint32, N);
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  RuaRandom random;
  int fd = g_file_open_tmp ("chunk-XXXXXX", &path, &error);

  g_assert_no_error (error);
  rua_random_init (&random, (guint32) g_test_rand_int ());
  for (guint i = 0; i < N; i++)
    words[i] = rua_random_below (&random, G_MAXUINT32);
  g_assert_true (g_file_set_contents (path, (const char *) words, N * sizeof *words, &error));
  for (guint mapped = 0; mapped < 2; mapped++) {
    GMappedFile *file = mapped ? g_mapped_file_new (path, FALSE, &error) : NULL;
    g_autoptr (GBytes) owner = mapped ? g_mapped_file_get_bytes (file) : g_bytes_new (words, N * sizeof *words);
    /* Begins and ends within pages. */
    RuaSlice slice = { .values = (const guint32 *) g_bytes_get_data (owner, NULL) + 5, .n_rows = N - 9,
                       .bits = 32, .mapped = mapped, .divisor = 1 };
    RuaChunk *chunk = rua_chunk_new_mapped (&slice, FALSE, print, owner);
    RuaSlice again;

    rua_chunk_get_slice (chunk, N - 9, &again);
    g_assert_cmpint (again.mapped, ==, (gboolean) mapped);
    for (guint round = 0; round < 3; round++) {
      rua_slices_give_back (&again, 1);
      rua_slice_read_words (&again, 0, N - 9, found);
      g_assert_cmpmem (found, (N - 9) * sizeof *found, words + 5, (N - 9) * sizeof *words);
    }
    rua_chunk_unref (chunk);
    g_clear_pointer (&file, g_mapped_file_unref);
  }
  g_assert_no_error (error);
  g_unlink (path);
  g_close (fd, NULL);
}

/* Slices that stand one behind the other in a file, with and without bits, some of them apart, some of memory that
 * no file has: what is read afterwards is what was there. */
static void
test_give_many_back (void)
{
  enum { N = 24, ROWS = 5000, SIZE = 24 * (ROWS * 4 + 2048) };
  g_autofree guint8 *bytes = g_malloc0 (SIZE);
  g_autofree guint32 *found = g_new (guint32, ROWS);
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GMappedFile) file = NULL;
  RuaSlice slices[N];
  gsize offsets[N];
  RuaRandom random;
  int fd = g_file_open_tmp ("chunks-XXXXXX", &path, &error);

  g_assert_no_error (error);
  rua_random_init (&random, (guint32) g_test_rand_int ());
  for (gsize i = 0; i < SIZE; i++)
    bytes[i] = (guint8) rua_random_below (&random, 256);
  g_assert_true (g_file_set_contents (path, (const char *) bytes, SIZE, &error));
  file = g_mapped_file_new (path, FALSE, &error);
  g_assert_no_error (error);
  for (guint round = 0; round < 40; round++) {
    const guint8 *mapped = (const guint8 *) g_mapped_file_get_contents (file);
    gsize at = 64 * rua_random_below (&random, 20);

    for (guint i = 0; i < N; i++) {
      guint n = rua_random_below (&random, 4) > 0 ? ROWS : 1 + rua_random_below (&random, ROWS);
      gboolean own = rua_random_below (&random, 6) == 0;

      offsets[i] = at;
      slices[i] = (RuaSlice){ .values = (own ? bytes : mapped) + at, .n_rows = n, .bits = 32, .mapped = !own,
                              .divisor = 1 };
      at = (at + n * 4 + 63) / 64 * 64;
      if (rua_random_below (&random, 2) > 0) {
        slices[i].known = (const guint64 *) (gconstpointer) ((own ? bytes : mapped) + at);
        at = (at + (n + 63) / 64 * 8 + 63) / 64 * 64;
      }
      if (rua_random_below (&random, 5) == 0)
        at += 64 * rua_random_below (&random, 4);
      g_assert_cmpuint (at, <=, SIZE);
    }
    rua_slices_give_back (slices, rua_random_below (&random, N + 1));
    for (guint i = 0; i < N; i++) {
      rua_slice_read_words (&slices[i], 0, slices[i].n_rows, found);
      g_assert_cmpmem (found, slices[i].n_rows * sizeof *found, bytes + offsets[i], slices[i].n_rows * sizeof *found);
    }
  }
  g_unlink (path);
  g_close (fd, NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chunk-given/one", test_give_back);
  g_test_add_func ("/chunk-given/many", test_give_many_back);
  return g_test_run ();
}
