/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-block-private.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LARGE_PAGE ((gsize) 2 * 1024 * 1024)
/* From here on a block is whole large pages: even where half of one lies idle, it is made sooner than the 128
 * small ones that it stands for. */
#define LEAST_LARGE ((gsize) 512 * 1024)
/* What is kept by all threads together, and no more than this share of the memory that there is. The system may take
 * it back whenever it is short of memory. */
#define MOST_KEPT ((gsize) 512 * 1024 * 1024)
#define SHARE_KEPT 16
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

/* A sanitizer is to see each use of what was freed, and each beyond the end. gcc and clang say otherwise that
 * there is one. */
#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || __has_feature(address_sanitizer) \
  || __has_feature(thread_sanitizer)
#define SANITIZED TRUE
#else
#define SANITIZED FALSE
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
is_large (gsize capacity)
{
  return !SANITIZED && capacity >= LEAST_LARGE;
}

static gsize
get_most_kept (void)
{
  static gsize most = 0;

  if (g_once_init_enter (&most)) {
    long pages = sysconf (_SC_PHYS_PAGES), page = sysconf (_SC_PAGESIZE);

    g_once_init_leave (&most, pages > 0 && page > 0 ? MIN (MOST_KEPT, (gsize) pages / SHARE_KEPT * (gsize) page + 1)
                                                    : MOST_KEPT);
  }
  return most;
}

static gboolean
keep (Head *head)
{
  gsize capacity = head->capacity, most = get_most_kept ();
  gboolean keeps;

#ifdef MADV_FREE
  /* Pages that the system does not want meanwhile are found as they were. The first holds the head. */
  if (capacity > LARGE_PAGE && is_large (capacity))
    madvise ((guint8 *) head + LARGE_PAGE, capacity - LARGE_PAGE, MADV_FREE);
#endif
  g_mutex_lock (&mutex);
  keeps = n_kept < N_KEPT && bytes_kept + capacity <= most;
  if (keeps) {
    kept[n_kept++] = head;
    bytes_kept += capacity;
  }
  g_mutex_unlock (&mutex);
  return keeps;
}

/* Whole large pages, at the place of one. */
static gpointer
map (gsize capacity)
{
  gsize room = capacity + LARGE_PAGE, before, after;
  guint8 *memory = capacity < room ? mmap (NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                                   : MAP_FAILED;

  if (memory == MAP_FAILED)
    g_error ("no memory for %" G_GSIZE_FORMAT " bytes", capacity);
  before = (LARGE_PAGE - (gsize) memory % LARGE_PAGE) % LARGE_PAGE;
  after = LARGE_PAGE - before;
  if (before > 0)
    munmap (memory, before);
  if (after > 0)
    munmap (memory + before + capacity, after);
#ifdef MADV_HUGEPAGE
  madvise (memory + before, capacity, MADV_HUGEPAGE);
#endif
  return memory + before;
}

gpointer
rua_block_new_told (gsize size, gboolean *is_zero)
{
  gsize capacity = size + sizeof (Head);
  Head *head;

  if (capacity < size)
    g_error ("no memory for %" G_GSIZE_FORMAT " bytes", size);
  if (is_large (capacity))
    /* The last page is as large as the others, else it would be hundreds of small ones. */
    capacity = (capacity + LARGE_PAGE - 1) & ~(LARGE_PAGE - 1);
  head = SANITIZED || capacity < LEAST_KEPT ? NULL : take_kept (capacity);
  *is_zero = head == NULL && is_large (capacity);
  if (head != NULL)
    return head + 1;
  head = is_large (capacity) ? map (capacity) : g_malloc (capacity);
  head->capacity = capacity;
  return head + 1;
}

gpointer
rua_block_new (gsize size)
{
  gboolean is_zero;

  return rua_block_new_told (size, &is_zero);
}

gpointer
rua_block_new0 (gsize size)
{
  gboolean is_zero;
  gpointer block = rua_block_new_told (size, &is_zero);

  return is_zero ? block : memset (block, 0, size);
}

void
rua_block_free (gpointer memory)
{
  Head *head;

  if (memory == NULL)
    return;
  head = (Head *) memory - 1;
  if (!SANITIZED && head->capacity >= LEAST_KEPT && keep (head))
    return;
  if (is_large (head->capacity))
    munmap (head, head->capacity);
  else
    g_free (head);
}
