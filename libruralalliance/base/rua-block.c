/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-block-private.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Large blocks are whole pages of 2 MiB of a few regions of addresses. What is given back joins what is free beside it, and is
 * the first to be given again: so that no more pages are ever made than are in use at once. Nothing is written to a page
 * here, for the system makes it when it is first written to, and several threads that fill a block have theirs made at once. */

#define LARGE_PAGE RUA_LARGE_PAGE
/* From here on a block is whole large pages: even where half of one lies idle, it is made sooner than the 128
 * small ones that it stands for. */
#define LEAST_LARGE ((gsize) 512 * 1024)
/* Pages of a region that is made for smaller blocks. */
#define REGION_PAGES 32
/* What is kept by all threads together, and no more than this share of the memory that there is. The system may take
 * it back whenever it is short of memory. */
#define MOST_KEPT ((gsize) 512 * 1024 * 1024)
#define SHARE_KEPT 16
/* Smaller ones the C library keeps itself. */
#define LEAST_KEPT ((gsize) 128 * 1024)
#define N_KEPT 64

/* Before each block that is not large; as long as the alignment that vectors like. */
typedef union {
  gsize capacity;
  char room[64];
} Head;

typedef enum {
  PAGE_FRESH, /* not written to since the system gave it: all 0 */
  PAGE_KEPT,  /* free, and may be there */
  PAGE_USED,
} PageState;

typedef struct {
  guint8 *base;
  gsize n_pages;
  gsize n_used;
  gsize *lengths; /* of the block that begins with the page, in pages */
  guint8 states[];
} Region;

static GMutex mutex;
static GPtrArray *regions; /* of Region */
static gsize pages_kept;
static Head *kept[N_KEPT]; /* of those that are not large */
static guint n_kept;

static gboolean
is_large (gsize size)
{
  return !RUA_SANITIZED && size >= LEAST_LARGE;
}

/* ---- large ones ---- */

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

static void
region_free (Region *self)
{
  munmap (self->base, self->n_pages * LARGE_PAGE);
  g_free (self->lengths);
  g_free (self);
}

/* Addresses of so many large pages, at the place of one. */
static Region *
region_new (gsize n_pages)
{
  gsize size = n_pages * LARGE_PAGE, room = size + LARGE_PAGE, before;
  guint8 *memory = size / LARGE_PAGE == n_pages && size < room
    ? mmap (NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) : MAP_FAILED;
  Region *self;

  if (memory == MAP_FAILED)
    return NULL;
  before = (LARGE_PAGE - (gsize) memory % LARGE_PAGE) % LARGE_PAGE;
  if (before > 0)
    munmap (memory, before);
  munmap (memory + before + size, LARGE_PAGE - before);
#ifdef MADV_HUGEPAGE
  madvise (memory + before, size, MADV_HUGEPAGE);
#endif
  self = g_malloc0 (sizeof *self + n_pages);
  self->base = memory + before;
  self->n_pages = n_pages;
  self->lengths = g_new0 (gsize, n_pages);
  return self;
}

/* Among all places for so many pages that which has the fewest fresh ones, of those the first. */
static Region *
find_place (gsize n_pages, gsize *place, gsize *n_fresh)
{
  Region *found = NULL;

  *n_fresh = n_pages + 1;
  for (guint r = 0; r < regions->len; r++) {
    Region *region = g_ptr_array_index (regions, r);
    gsize n_free = 0, fresh = 0;

    for (gsize i = 0; i < region->n_pages; i++) {
      if (region->states[i] == PAGE_USED) {
        n_free = fresh = 0;
        continue;
      }
      fresh += region->states[i] == PAGE_FRESH;
      n_free++;
      if (n_free > n_pages) {
        fresh -= region->states[i - n_pages] == PAGE_FRESH;
        n_free--;
      }
      if (n_free == n_pages && fresh < *n_fresh) {
        found = region;
        *place = i + 1 - n_pages;
        *n_fresh = fresh;
      }
    }
  }
  return found;
}

static gpointer
take_pages (gsize size, gboolean *is_zero)
{
  gsize n_pages = size / LARGE_PAGE + (size % LARGE_PAGE != 0), place = 0, n_fresh;
  Region *region;

  g_mutex_lock (&mutex);
  if (regions == NULL)
    regions = g_ptr_array_new ();
  region = find_place (n_pages, &place, &n_fresh);
  if (region == NULL) {
    region = region_new (MAX (n_pages, REGION_PAGES));
    if (region == NULL)
      region = region_new (n_pages);
    if (region == NULL)
      g_error ("no memory for %" G_GSIZE_FORMAT " bytes", size);
    g_ptr_array_add (regions, region);
    n_fresh = n_pages;
  }
  memset (region->states + place, PAGE_USED, n_pages);
  region->lengths[place] = n_pages;
  region->n_used += n_pages;
  pages_kept -= n_pages - n_fresh;
  g_mutex_unlock (&mutex);
  *is_zero = n_fresh == n_pages;
  return region->base + place * LARGE_PAGE;
}

/* The region that a block of large pages lies in; NULL: it is none of them. */
static Region *
find_region (const guint8 *memory)
{
  for (guint r = 0; regions != NULL && r < regions->len; r++) {
    Region *region = g_ptr_array_index (regions, r);

    if (memory >= region->base && memory < region->base + region->n_pages * LARGE_PAGE)
      return region;
  }
  return NULL;
}

static gboolean
has_kept_pages (const Region *region)
{
  return memchr (region->states, PAGE_KEPT, region->n_pages) != NULL;
}

/* FALSE: it is none of them. */
static gboolean
give_pages (guint8 *memory)
{
  Region *region, *emptied = NULL;
  gsize place, n_pages;
  gboolean goes;

  /* Others begin behind their heads. */
  if (RUA_SANITIZED || (gsize) memory % LARGE_PAGE != 0)
    return FALSE;
  g_mutex_lock (&mutex);
  region = find_region (memory);
  if (region == NULL) {
    g_mutex_unlock (&mutex);
    return FALSE;
  }
  place = (gsize) (memory - region->base) / LARGE_PAGE;
  n_pages = region->lengths[place];
  /* Those that somebody has locked into memory do not go. */
  goes = pages_kept + n_pages > get_most_kept () / LARGE_PAGE && madvise (memory, n_pages * LARGE_PAGE, MADV_DONTNEED) == 0;
#ifdef MADV_FREE
  /* Pages that the system does not want meanwhile are found as they were. */
  if (!goes)
    madvise (memory, n_pages * LARGE_PAGE, MADV_FREE);
#endif
  memset (region->states + place, goes ? PAGE_FRESH : PAGE_KEPT, n_pages);
  pages_kept += goes ? 0 : n_pages;
  region->n_used -= n_pages;
  if (region->n_used == 0 && !has_kept_pages (region)) {
    g_ptr_array_remove (regions, region);
    emptied = region;
  }
  g_mutex_unlock (&mutex);
  if (emptied != NULL)
    region_free (emptied);
  return TRUE;
}

/* ---- the others ---- */

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
  }
  g_mutex_unlock (&mutex);
  return found;
}

static gboolean
keep (Head *head)
{
  gboolean keeps;

  g_mutex_lock (&mutex);
  keeps = n_kept < N_KEPT;
  if (keeps)
    kept[n_kept++] = head;
  g_mutex_unlock (&mutex);
  return keeps;
}

/* ---- all ---- */

gpointer
rua_block_new_told (gsize size, gboolean *is_zero)
{
  gsize capacity = size + sizeof (Head);
  Head *head;

  if (is_large (size))
    return take_pages (size, is_zero);
  if (capacity < size)
    g_error ("no memory for %" G_GSIZE_FORMAT " bytes", size);
  *is_zero = FALSE;
  head = RUA_SANITIZED || capacity < LEAST_KEPT ? NULL : take_kept (capacity);
  if (head == NULL) {
    head = g_malloc (capacity);
    head->capacity = capacity;
  }
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

  if (memory == NULL || give_pages (memory))
    return;
  head = (Head *) memory - 1;
  if (RUA_SANITIZED || head->capacity < LEAST_KEPT || !keep (head))
    g_free (head);
}
