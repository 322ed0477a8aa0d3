/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-block-private.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define LARGE_PAGE ((gsize) 2 * 1024 * 1024)
/* What is kept by all threads together. */
#define MOST_KEPT ((gsize) 64 * 1024 * 1024)
/* Smaller ones the C library keeps itself. */
#define LEAST_KEPT ((gsize) 128 * 1024)
#define N_KEPT 64

/* Before each block; as long as the alignment that vectors like. */
typedef union {
  gsize capacity;
  char room[64];
} Head;

static GMutex mutex;
static Head *kept[N_KEPT];
static guint n_kept;
static gsize bytes_kept;

/* A sanitizer is to see each use of what was freed. gcc and clang say otherwise that there is one. */
#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || __has_feature(address_sanitizer) \
  || __has_feature(thread_sanitizer)
#define KEEPS FALSE
#else
#define KEEPS TRUE
#endif

/* The smallest that is large enough, unless most of it would lie idle. */
static Head *
take_kept (gsize capacity)
{
  Head *found = NULL;
  guint best = N_KEPT;

  g_mutex_lock (&mutex);
  for (guint i = 0; i < n_kept; i++)
    if (kept[i]->capacity >= capacity && kept[i]->capacity / 4 <= capacity
        && (best == N_KEPT || kept[i]->capacity < kept[best]->capacity))
      best = i;
  if (best < N_KEPT) {
    found = kept[best];
    kept[best] = kept[--n_kept];
    bytes_kept -= found->capacity;
  }
  g_mutex_unlock (&mutex);
  return found;
}

static gboolean
keep (Head *head)
{
  gboolean keeps;

  g_mutex_lock (&mutex);
  keeps = KEEPS && n_kept < N_KEPT && bytes_kept + head->capacity <= MOST_KEPT;
  if (keeps) {
    kept[n_kept++] = head;
    bytes_kept += head->capacity;
  }
  g_mutex_unlock (&mutex);
  return keeps;
}

gpointer
rua_block_new (gsize size)
{
  gsize capacity = size + sizeof (Head);
  gpointer memory;
  Head *head;

  head = capacity < LEAST_KEPT ? NULL : take_kept (capacity);
  if (head != NULL)
    return head + 1;
  if (capacity < LARGE_PAGE) {
    head = g_malloc (capacity);
    head->capacity = capacity;
    return head + 1;
  }
  if (posix_memalign (&memory, LARGE_PAGE, capacity) != 0)
    g_error ("no memory for %" G_GSIZE_FORMAT " bytes", size);
#ifdef MADV_HUGEPAGE
  madvise (memory, capacity, MADV_HUGEPAGE);
#endif
  head = memory;
  head->capacity = capacity;
  return head + 1;
}

gpointer
rua_block_new0 (gsize size)
{
  return memset (rua_block_new (size), 0, size);
}

void
rua_block_free (gpointer memory)
{
  Head *head;

  if (memory == NULL)
    return;
  head = (Head *) memory - 1;
  if (head->capacity < LEAST_KEPT || !keep (head))
    /* What g_malloc() gives free() takes, too. */
    free (head);
}
