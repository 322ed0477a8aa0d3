/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Memory that a pass fills once from end to end and gives back: where it is large it lies in pages
 * of 2 MiB, if the system has them, for making 512 pages of 4 KiB takes longer than filling
 * them. Some of what is given back is kept for the next, for making pages takes as long as filling them.
 * The program ends where there is no memory, as with g_malloc(). In any thread. */

/* A sanitizer is to see each use of what was freed, and each beyond the end. gcc and clang say otherwise that
 * there is one. */
#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || __has_feature(address_sanitizer) \
  || __has_feature(thread_sanitizer)
#define RUA_SANITIZED TRUE
#else
#define RUA_SANITIZED FALSE
#endif

/* Of so many bytes are the pages that large blocks are made of. */
#define RUA_LARGE_PAGE ((gsize) 2 * 1024 * 1024)

/* Not cleared; @size may be 0. */
gpointer rua_block_new (gsize size);
/* Tells whether the memory is all 0, as that is which the system has just given. */
gpointer rua_block_new_told (gsize size, gboolean *is_zero);
gpointer rua_block_new0 (gsize size);
/* @memory may be NULL. */
void rua_block_free (gpointer memory);

G_END_DECLS
