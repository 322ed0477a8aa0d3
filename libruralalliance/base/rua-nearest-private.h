/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Finds the name that somebody who wrote @name may have meant: the first at the smallest edit
 * distance, if that is at most about a third of the length. Feed candidates one by one. */
typedef struct {
  const char *name;
  const char *best;
  guint distance;
} RuaNearest;

void rua_nearest_init (RuaNearest *self, const char *name);
void rua_nearest_offer (RuaNearest *self, const char *candidate);
/* "did you mean 'x'?" or @otherwise. */
char *rua_nearest_mend (const RuaNearest *self, const char *otherwise);

G_END_DECLS
