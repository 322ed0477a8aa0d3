/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <glib.h>

/* bench-memory: how fast memory is read, by one thread and by two: what no program that reads its data once can
 * go below. Prints "read THREADS GB/s", the best of seven. */

#define BYTES (UINT64_C (512) << 20)
#define WORDS (BYTES / sizeof (uint64_t))
#define REPEATS 7

static uint64_t *memory;

typedef struct {
  uint64_t from;
  uint64_t to;
  uint64_t sum;
} Part;

static gpointer
read_part (gpointer data)
{
  Part *part = data;
  uint64_t sums[8] = { 0 };

  /* Eight sums, so that additions do not wait for one another. */
  for (uint64_t i = part->from; i < part->to; i += 8)
    for (int k = 0; k < 8; k++)
      sums[k] += memory[i + (uint64_t)k];
  for (int k = 0; k < 8; k++)
    part->sum += sums[k];
  return NULL;
}

static double
read_all (guint n_threads, uint64_t *sum)
{
  gint64 start = g_get_monotonic_time ();
  GThread *threads[2] = { NULL };
  Part parts[2] = { { 0 } };

  for (guint t = 0; t < n_threads; t++) {
    parts[t] = (Part){ WORDS * t / n_threads, WORDS * (t + 1) / n_threads, 0 };
    threads[t] = t > 0 ? g_thread_new ("read", read_part, &parts[t]) : NULL;
  }
  read_part (&parts[0]);
  for (guint t = 1; t < n_threads; t++)
    g_thread_join (threads[t]);
  for (guint t = 0; t < n_threads; t++)
    *sum += parts[t].sum;
  return (g_get_monotonic_time () - start) / 1e6;
}

int
main (void)
{
  uint64_t sum = 0, expected;

  memory = malloc (BYTES);
  if (memory == NULL)
    return 2;
  for (uint64_t i = 0; i < WORDS; i++)
    memory[i] = i;
  expected = WORDS * (WORDS - 1) / 2 * REPEATS;
  for (guint n_threads = 1; n_threads <= 2; n_threads++) {
    double best = G_MAXDOUBLE;

    sum = 0;
    for (guint i = 0; i < REPEATS; i++) {
      double took = read_all (n_threads, &sum);

      best = MIN (best, took);
    }
    /* Whoever leaves out the reading is found out. */
    if (sum != expected)
      return 1;
    printf ("read %u %.2f\n", n_threads, BYTES / best / 1e9);
  }
  free (memory);
  return 0;
}
