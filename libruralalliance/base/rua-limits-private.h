/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "rua-limits.h"

G_BEGIN_DECLS

/* What is too much, as those who read files ask for it. 0: what the format itself has. */
typedef struct {
  guint64 bytes;
  guint depth;
  guint columns;
  guint32 cell;
  guint32 rows;
  double seconds;
} RuaLimitValues;

#define RUA_LIMITS_MOST_DEPTH 1000
#define RUA_LIMITS_COLUMNS 65536
#define RUA_LIMITS_CELL (64u << 20)
#define RUA_LIMITS_ROWS (G_MAXUINT32 - 1)

/* @self may be NULL: then all are 0. A copy, which does not change while work goes on. */
RuaLimitValues rua_limits_get_values (RuaLimits *self);
/* With 0 replaced by what the formats agree in; bytes, depth and seconds stay. */
RuaLimitValues rua_limit_values_settle (const RuaLimitValues *values);

/* Time that runs out: work that heeds @cancellable, which also follows the caller's own, is stopped
 * when it has. */
typedef struct _RuaDeadline RuaDeadline;

/* NULL where @seconds is 0: there is no deadline then. */
RuaDeadline *rua_deadline_new (double seconds, GCancellable *cancellable);
/* What the work is to be given: the deadline's, or the caller's own when @self is NULL. */
GCancellable *rua_deadline_get_cancellable (RuaDeadline *self, GCancellable *cancellable);
/* When the work is done: says in @error, where the deadline stopped it, that it did. @place is what was
 * being read. */
void rua_deadline_end (RuaDeadline *self, const char *place, GError **error);

G_END_DECLS
