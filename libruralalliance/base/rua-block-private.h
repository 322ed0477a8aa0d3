/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Memory that a pass fills once from end to end and gives back: where it is large it lies in pages
 * of 2 MiB, if the system has them, for making 512 pages of 4 KiB takes longer than filling
 * them. Freed with g_free(). The program ends where there is no memory, as with g_malloc(). */

/* Not cleared; @size may be 0. */
gpointer rua_block_new (gsize size);
gpointer rua_block_new0 (gsize size);

G_END_DECLS
