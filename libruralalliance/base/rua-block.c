/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-block-private.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define LARGE_PAGE ((gsize) 2 * 1024 * 1024)

gpointer
rua_block_new (gsize size)
{
  gpointer memory;

  if (size < LARGE_PAGE)
    return g_malloc (MAX (size, 1));
  if (posix_memalign (&memory, LARGE_PAGE, size) != 0)
    g_error ("no memory for %" G_GSIZE_FORMAT " bytes", size);
#ifdef MADV_HUGEPAGE
  madvise (memory, size, MADV_HUGEPAGE);
#endif
  return memory;
}

gpointer
rua_block_new0 (gsize size)
{
  return memset (rua_block_new (size), 0, size);
}
