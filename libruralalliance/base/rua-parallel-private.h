/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "rua-parallel.h"
#include "rua-progress-private.h"

G_BEGIN_DECLS

/* Work cut into tasks whose number depends on the work alone, so that results do not depend on how
 * many threads there are. */

/* In any thread. FALSE with an error ends the run. */
typedef gboolean (*RuaParallelFunc) (guint task, gpointer data, GError **error);

/* Runs the tasks 0, 1, … @n_tasks - 1, begun in this order by up to rua_get_n_threads() threads, the
 * caller's among them. After a failure or a cancellation no further task begins; every task
 * that began has ended when this returns. The error is that of the lowest task that failed, which
 * is the same one whatever the threads. Within one of several tasks a run uses the task's thread alone.
 * @progress is told the share of tasks done. */
gboolean rua_parallel_run (guint n_tasks,
                           RuaParallelFunc func,
                           gpointer data,
                           RuaProgress *progress,
                           GCancellable *cancellable,
                           GError **error);

/* Threads that stay for all runs that this thread begins until they are dismissed: a thread a run takes longer to
 * start than many a run. NULL where it has some already, or is at work in a run itself. */
typedef struct _RuaCrew RuaCrew;

RuaCrew *rua_crew_gather (void);
/* @self may be NULL. */
void rua_crew_dismiss (RuaCrew *self);

G_END_DECLS
