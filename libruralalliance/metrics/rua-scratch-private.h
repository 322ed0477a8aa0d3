/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Memory for the length of one computation. A thread keeps what it gives back and takes it again, so
 * that many groups in turn do not each have their pages made anew, which costs more than sorting
 * them; beyond a limit it goes back to the system at once. */

/* Not cleared; @size may be 0. */
gpointer rua_scratch_take (gsize size);
/* By the thread that took it; @memory may be NULL. */
void rua_scratch_give (gpointer memory);

G_END_DECLS
