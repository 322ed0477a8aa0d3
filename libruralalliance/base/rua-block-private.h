/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Memory that a pass fills once from end to end and gives back: where it is large it lies in pages
 * of 2 MiB, if the system has them, for making 512 pages of 4 KiB takes longer than filling
 * them. Some of what is given back is kept for the next, for making pages takes as long as filling them.
 * The program ends where there is no memory, as with g_malloc(). In any thread. */

/* Not cleared; @size may be 0. */
gpointer rua_block_new (gsize size);
/* Tells whether the memory is all 0, as that is which the system has just given. */
gpointer rua_block_new_told (gsize size, gboolean *is_zero);
gpointer rua_block_new0 (gsize size);
/* @memory may be NULL. */
void rua_block_free (gpointer memory);

G_END_DECLS
